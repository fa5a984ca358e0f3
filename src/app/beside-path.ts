/** `../ontologies/a.tsv`, said in `worlds/small.json`, is `ontologies/a.tsv` beside the page. */
export function pathFrom(file: string, relative: string): string {
  return new URL(relative, `https://page/${file}`).pathname.slice(1);
}
