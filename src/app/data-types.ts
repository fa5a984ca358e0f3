/** The shapes of what the data views show. Types only. */
export type {
  DrawPreview,
  QuestionQuery,
  Questions,
  SourceSurvey,
  TermPage,
  TermQuery,
  TokenLengths,
} from '../worker/client';
