// Measures denoising-loss constraints of saddle's runs from the public topics alone.
//
//   node evaluator.mjs --bootstrap 127.0.0.1:29092 --registry http://127.0.0.1:28081/apis/ccompat/v7 --name node-denoising-loss

import {randomUUID} from 'node:crypto';
import {hostname} from 'node:os';
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import kafkajs from 'kafkajs';
import {readImages, readModel} from './files.mjs';
import {denoisingLoss} from './loss.mjs';
import {UNet2D} from './network.mjs';
import {Registry} from './registry.mjs';

const KIND = 'denoising-loss';
const BUILD = '1.0.0';
const HEARTBEAT_SECONDS = 10;
const KNOWN_WITHIN_MILLIS = 30_000;
const MEASURED_STATES = new Set(['ACTIVE', 'SHADOW', 'RETIRING']);

const {values: options} = parseArgs({
  options: {
    bootstrap: {type: 'string', default: '127.0.0.1:29092'},
    registry: {type: 'string', default: 'http://127.0.0.1:28081/apis/ccompat/v7'},
    name: {type: 'string', default: 'node-denoising-loss'},
    bundled: {type: 'string', default: '.'},
  },
});

const instance = `${options.name}@${hostname()}-${process.pid}`;
const registry = new Registry(options.registry);
const kafka = new kafkajs.Kafka({
  clientId: instance,
  brokers: options.bootstrap.split(','),
  logLevel: kafkajs.logLevel.ERROR,
});
const producer = kafka.producer({createPartitioner: kafkajs.Partitioners.DefaultPartitioner});
const runs = new Map();
const definitions = new Map();
const dataSets = new Map();

function log(message) {
  console.log(`${new Date().toISOString()} ${message}`);
}

async function read(topic, message) {
  try {
    return await registry.decode(message.value);
  } catch (error) {
    log(`${topic}@${message.offset} cannot be read and is passed over: ${error.message}`);
    return null;
  }
}

/** What is wanted: the newest of each key of the compacted topics. */
async function follow() {
  const tables = kafka.consumer({groupId: `${instance}-tables-${randomUUID()}`});
  await tables.connect();
  await tables.subscribe({topics: ['saddle.runs', 'saddle.constraints'], fromBeginning: true});
  await tables.run({
    autoCommit: false,
    eachMessage: async ({topic, message}) => {
      const record = await read(topic, message);
      if (record === null) {
        return;
      }
      if (topic === 'saddle.runs') {
        runs.set(record.runId, record);
        return;
      }
      const key = `${record.runId}/${record.constraintId}`;
      if ((definitions.get(key)?.version ?? 0) <= record.version) {
        definitions.set(key, record);
      }
    },
  });
  return tables;
}

/** A snapshot may be here before the definitions that it is to be measured with. */
async function known(snapshot) {
  const end = Date.now() + KNOWN_WITHIN_MILLIS;
  const isKnown = () => runs.has(snapshot.runId)
    && Object.entries(snapshot.constraintVersions ?? {})
      .every(([id, version]) => (definitions.get(`${snapshot.runId}/${id}`)?.version ?? 0) >= version);
  while (!isKnown() && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return runs.has(snapshot.runId);
}

async function evaluate(snapshot) {
  if (snapshot.weights !== 'RAW' || !(await known(snapshot))) {
    return;
  }
  const ours = [...definitions.values()].filter((definition) => definition.runId === snapshot.runId
    && definition.evaluator === options.name && MEASURED_STATES.has(definition.state));
  if (ours.length === 0) {
    return;
  }
  const spec = JSON.parse(runs.get(snapshot.runId).spec);
  const takenUpAt = Date.now();
  const {config, weights} = await readModel(snapshot.artifact);
  const network = new UNet2D(config, weights);
  try {
    for (const definition of ours) {
      await measure(network, snapshot, definition, spec, takenUpAt);
    }
  } finally {
    network.dispose();
  }
}

async function measure(network, snapshot, definition, spec, takenUpAt) {
  const start = performance.now();
  const selection = definition.evaluationData ?? definition.data;
  const key = JSON.stringify(selection);
  if (!dataSets.has(key)) {
    dataSets.set(key, await readImages(selection, options.bundled));
  }
  const {loss, standardError, samples} = await denoisingLoss(
    network, dataSets.get(key), spec, definition.evaluationSamples, definition.shadowOf ?? definition.constraintId);
  await send('saddle.loss-estimates', snapshot.runId, {
    runId: snapshot.runId,
    constraintId: definition.constraintId,
    constraintVersion: definition.version,
    step: snapshot.step,
    dualStep: snapshot.dualStep,
    loss,
    standardError,
    thresholdReference: null,
    samples,
    evaluator: options.name,
    evaluatorBuild: BUILD,
    shadow: definition.state === 'SHADOW',
    computeMillis: performance.now() - start,
    takenUpAt,
    computedAt: Date.now(),
  });
  log(`${snapshot.runId} step ${snapshot.step}, ${definition.constraintId} (${definition.state}): ${loss.toFixed(5)} +- ${standardError.toFixed(5)}`);
}

async function send(topic, key, value) {
  const bytes = value === null ? null : await registry.encode(topic, value);
  await producer.send({topic, acks: -1, messages: [{key, value: bytes}]});
}

async function announce() {
  await send('saddle.evaluators', instance, {
    instance,
    evaluators: [{name: options.name, kinds: [KIND], description: 'the denoising loss, computed by TensorFlow.js'}],
    build: BUILD,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    announcedAt: Date.now(),
  });
}

await tf.setBackend('wasm');
await producer.connect();
const tables = await follow();
const snapshots = kafka.consumer({groupId: `saddle-evaluator-${options.name}`, sessionTimeout: 30_000});
await snapshots.connect();
await snapshots.subscribe({topics: ['saddle.snapshots'], fromBeginning: false});
await snapshots.run({
  eachMessage: async ({topic, message, heartbeat}) => {
    const snapshot = await read(topic, message);
    if (snapshot === null) {
      return;
    }
    const alive = setInterval(() => heartbeat().catch(() => {}), 3000);
    try {
      await evaluate(snapshot);
    } catch (error) {
      log(`${snapshot.runId} step ${snapshot.step} was not evaluated: ${error.message}`);
    } finally {
      clearInterval(alive);
    }
  },
});
await announce();
const heartbeat = setInterval(() => announce().catch((error) => log(`cannot announce: ${error.message}`)), HEARTBEAT_SECONDS * 1000);
log(`${instance} offers ${options.name}`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    clearInterval(heartbeat);
    await Promise.allSettled([snapshots.disconnect(), tables.disconnect()]);
    await send('saddle.evaluators', instance, null).catch(() => {});
    await producer.disconnect();
    process.exit(0);
  });
}
