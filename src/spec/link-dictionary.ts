/**
 * The words that links of format 1 are compressed against: a spec's field names in canonical order, and common values.
 *
 * Promises: never changes, for a link can only be read with the dictionary it was written with. New words need a new
 * format number.
 */
export const LINK_DICTIONARY_1 = new TextEncoder().encode(
  '{"files":[{"bytes":,"field":"model.path","name":"model.safetensors","sha256":"config.json"tokenizer.json' +
    '"ontology.counts.path""ontology.covariates.""ontology.path"}],' +
    '"first-line""whole""fold""exact""all""label""baseline""every""never""first-last""chat""json""completion""custom"' +
    '"full-questions""short-questions""leaky-as-published""unscored""random""top-k""entity-held-out""rank-bins"' +
    '"hpo""go""go-cc""go-mf""go-bp""gene-names""hgnc""mondo""icd-10-cm""table"hp.obo.gz.tsv.csv.txt' +
    '"gate_proj","up_proj","down_proj""q_proj","k_proj","v_proj","o_proj""rslora""standard""constant""cosine""adamw""sft"' +
    '{term}{identifier}What is the ontology identifier of HP:GO:?:{"heldOut":","trained":["' +
    '"spec":{"adapter":{"alpha":,"kind":"lora","rank":,"scaling":,"targets":["q_proj","v_proj"]},"adapter":{"kind":"full"},' +
    '"description":"","directions":["term-to-id","id-to-term"],' +
    '"evaluation":{"everyEpochs":,"maxNewTokens":,"sampleAt":"never","samples":,"temperature":,"topK":,"topP":},' +
    '"method":"sft","model":{"path":"","},"name":"",' +
    '"ontology":{"counts":{"countColumn":null,"identifierColumn":null,"path":"counts.tsv"},' +
    '"covariates":[{"identifierColumn":null,"name":"","path":"","valueColumn":null}],"entityColumn":"","names":"exact",' +
    '"path":"hp.obo","popularityColumn":"","synonymColumn":"","termColumn":"","terminology":"hpo"},' +
    '"optimizer":{"beta1":0.9,"beta2":0.95,"clipNorm":null,"epsilon":,"learningRate":0.00,"weightDecay":0.01},' +
    '"sampling":{"bins":,"design":"random","seen":,"withheld":},"schedule":{"kind":"constant","warmupSteps":},' +
    '"scoring":{"id-to-term":{"case":,"strip":,"trimPunctuation":true},"term-to-id":{}},"seed":,"specVersion":1,' +
    '"templates":{"evaluationStyle":,"examples":{"count":,"source":},"set":,"system":,"trainStyle":},' +
    '"train":{"batchSize":,"epochs":,"rowTokens":}}}{"spec":{"adapter":{"kind":"full"},"model":{},"ontology":{},' +
    '"optimizer":{"learningRate":0.00},"sampling":{"seen":},"seed":,"specVersion":1,"train":{"batchSize":,"epochs":}}}',
);
