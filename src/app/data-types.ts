/** The shapes of what the data views show. Types only. */
export type {
  DrawPreview,
  HeldOutRecord,
  QuestionQuery,
  Questions,
  SourceSurvey,
  TermPage,
  TermQuery,
  TokenLengths,
} from '../worker/client';
