export { objectiveOf, TRAINING_METHODS, type Objective } from './registry';
