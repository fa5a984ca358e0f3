import base from './playwright.config';
const port = Number(process.env.E2E_PORT);
export default { ...base, projects: undefined, workers: 1, webServer: undefined, use: { ...base.use, baseURL: `http://127.0.0.1:${port}/` } };
