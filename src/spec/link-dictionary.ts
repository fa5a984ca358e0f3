/**
 * The words that links of format 1 are compressed against: a spec's field names in canonical order, and common values.
 *
 * Promises: never changes, for a link can only be read with the dictionary it was written with. New words need a new
 * format number.
 */
export const LINK_DICTIONARY_1 = new TextEncoder().encode(
  '{"files":[{"bytes":,"field":"model.path","name":"model.safetensors","sha256":"config.json"tokenizer.json' +
    '"ontology.counts.path""ontology.covariates.""evaluation.probes.canaries.path""evaluation.probes.languageLoss.path"' +
    '"retention.rehearsal.path""ontology.path"}],' +
    '"first-line""whole""fold""exact""all""label""baseline""every""never""first-last""chat""json""completion""custom"' +
    '"full-questions""short-questions""leaky-as-published""unscored""random""top-k""entity-held-out""rank-bins"' +
    '"content-mean""last-token""as-published""training-loss""seen-accuracy""language-loss""known-withheld""text"' +
    '"hpo""go""go-cc""go-mf""go-bp""gene-names""hgnc""mondo""icd-10-cm""table"hp.obo.gz.tsv.csv.txt' +
    '"gate_proj","up_proj","down_proj""q_proj","k_proj","v_proj","o_proj""rslora""standard""constant""cosine""adamw"' +
    '"geometric""arithmetic"{term}{identifier}What is the ontology identifier of HP:GO:?:' +
    '"id-to-term":{"heldOut":","trained":["' +
    '"spec":{"adapter":{"alpha":,"kind":"lora","rank":,"scaling":,"targets":["q_proj","v_proj"]},"adapter":{"kind":"full"},' +
    '"checkpoint":{"everySeconds":,"everySteps":},"description":"","directions":["term-to-id","id-to-term"],' +
    '"evaluation":{"at":{"fractions":[0.1,"kind":"fractions"},"at":{"every":,"kind":"steps"},"at":{"every":,"kind":"epochs"},' +
    '"maxNewTokens":,"probes":{"canaries":{"count":,"path":null,"tokens":},' +
    '"embeddings":{"at":,"layers":[0,-1],"pooling":},"languageLoss":{"path":null,"texts":,"tokens":},"ranks":true},' +
    '"sampleAt":"never","samples":,"temperature":0.,"topK":,"topP":0.9},' +
    '"method":{"gamma":,"kind":"bft","normalise":true,"tokenWeights":false,"window":,"windowMean":},' +
    '"method":{"kind":"dft"},"method":{"kind":"sft"},"model":{"path":"","name":"",' +
    '"ontology":{"counts":{"countColumn":null,"identifierColumn":null,"path":"counts.tsv"},' +
    '"covariates":[{"identifierColumn":null,"name":"","path":"","valueColumn":null}],"entityColumn":"","names":"exact",' +
    '"path":"hp.obo","popularityColumn":"","synonymColumn":"","termColumn":"","terminology":"hpo"},' +
    '"optimizer":{"beta1":0.9,"beta2":0.95,"clipNorm":null,"epsilon":,"kind":,"learningRate":0.00,"weightDecay":0.01},' +
    '"retention":{"klWeight":0.1,"rehearsal":{"path":null,"perBatch":,"source":}},' +
    '"sampling":{"bins":,"design":"random","seen":,"withheld":},"schedule":{"kind":"constant","warmupSteps":},' +
    '"scoring":{"id-to-term":{"case":,"strip":,"trimPunctuation":true},"term-to-id":{"strip":}},"seed":,"specVersion":2,' +
    '"templates":{"evaluationStyle":"json","examples":{"count":,"source":},"set":,"system":,"trainStyle":},' +
    '"train":{"batchSize":,"earlyStopping":{"measure":,"minImprovement":0.0,"patience":},"epochs":,"rowTokens":}}}' +
    '{"spec":{"adapter":{"kind":"full"},"model":{},"ontology":{},' +
    '"optimizer":{"learningRate":0.00},"sampling":{"seen":},"seed":,"specVersion":2,"train":{"batchSize":,"epochs":}}}',
);
