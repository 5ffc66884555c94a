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
import {Registry, UnreadableRecord} from './registry.mjs';

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

const GROUP = `saddle-evaluator-${options.name}`;
const instance = `${options.name}@${hostname()}-${process.pid}`;
const registry = new Registry(options.registry);
const kafka = new kafkajs.Kafka({
  clientId: instance,
  brokers: options.bootstrap.split(','),
  logLevel: kafkajs.logLevel.ERROR,
});
const producer = kafka.producer({createPartitioner: kafkajs.Partitioners.DefaultPartitioner});
const runs = new Map();
/** Runs whose artifacts are gone, or on their way out. */
const deleted = new Set();
const definitions = new Map();
const dataSets = new Map();

function log(message) {
  console.log(`${new Date().toISOString()} ${message}`);
}

/** The record; null for a tombstone, and for garbage, which goes to the dead letters. Waits for a registry that is away. */
async function read(topic, partition, message) {
  try {
    return await registry.decode(message.value);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) {
      throw error;
    }
    await reject(topic, partition, message, 'it cannot be read', error);
    return null;
  }
}

/** Keeps what could not be handled, with the reason, where './saddle dlq' finds it. */
async function reject(topic, partition, message, reason, error) {
  log(`${topic}-${partition}@${message.offset} goes to the dead letters: ${reason}: ${error.message}`);
  await producer.send({
    topic: `${topic}.dlq`,
    acks: -1,
    messages: [{
      key: message.key,
      value: message.value,
      headers: {
        'saddle.dlq.topic': topic,
        'saddle.dlq.partition': String(partition),
        'saddle.dlq.offset': message.offset,
        'saddle.dlq.reason': reason,
        'saddle.dlq.exception': error.name,
        'saddle.dlq.message': error.message,
        'saddle.dlq.service': options.name,
        'saddle.dlq.group': GROUP,
        'saddle.dlq.time': new Date().toISOString(),
      },
    }],
  });
}

/** What is wanted: the newest of each key of the compacted topics. */
async function follow() {
  const tables = kafka.consumer({groupId: `${instance}-tables-${randomUUID()}`});
  await tables.connect();
  await tables.subscribe({topics: ['saddle.runs', 'saddle.constraints', 'saddle.run-metadata'], fromBeginning: true});
  await tables.run({
    autoCommit: false,
    eachMessage: async ({topic, partition, message}) => {
      if (message.value === null) {
        forget(topic, message.key.toString());
        return;
      }
      const record = await read(topic, partition, message);
      if (record === null) {
        return;
      }
      if (topic === 'saddle.runs') {
        runs.set(record.runId, record);
        return;
      }
      if (topic === 'saddle.run-metadata') {
        if (record.lifecycle === 'DELETING' || record.lifecycle === 'DELETED') {
          deleted.add(record.runId);
        }
        return;
      }
      const key = `${record.runId}/${record.constraintId}`;
      if ((definitions.get(key)?.version ?? 0) <= record.version) {
        definitions.set(key, record);
      }
    },
  });
  return endIfItEnds(tables);
}

/** What has no value is wanted no more. */
function forget(topic, key) {
  if (topic === 'saddle.runs') {
    runs.delete(key);
  } else if (topic === 'saddle.constraints') {
    definitions.delete(key);
  }
}

/** A consumer that has given up would leave an evaluator that announces itself and measures nothing. */
function endIfItEnds(consumer) {
  consumer.on(consumer.events.CRASH, ({payload}) => {
    if (!payload.restart) {
      log(`ends: ${payload.error.message}`);
      process.exit(1);
    }
  });
  return consumer;
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

/** Why a definition that names this evaluator cannot be measured by it; undefined if it can. */
function unsupported(definition) {
  const kind = definition.kind ?? definition.evaluator;
  if (kind !== KIND && kind !== options.name) {
    return `it measures ${KIND}, not ${kind}`;
  }
  if (definition.thresholdKind !== 'ABSOLUTE') {
    return `it measures against absolute thresholds only, this one is ${definition.thresholdKind}`;
  }
  return undefined;
}

async function evaluate(snapshot) {
  if (deleted.has(snapshot.runId)) {
    return;
  }
  if (!(await known(snapshot))) {
    log(`${snapshot.runId}: a snapshot of a run that nobody defined`);
    return;
  }
  const ours = [...definitions.values()].filter((definition) => definition.runId === snapshot.runId
    && definition.evaluator === options.name && MEASURED_STATES.has(definition.state));
  const measured = [];
  for (const definition of ours) {
    const reason = unsupported(definition);
    if (reason === undefined) {
      measured.push(definition);
    } else {
      await alertOnce(definition, snapshot, reason, 'name another evaluator for it');
    }
  }
  if (measured.length === 0) {
    return;
  }
  const spec = JSON.parse(runs.get(snapshot.runId).spec);
  const takenUpAt = Date.now();
  const {config, weights} = await readModel(snapshot.artifact);
  const network = new UNet2D(config, weights);
  try {
    for (const definition of measured) {
      try {
        await measure(network, snapshot, definition, spec, takenUpAt);
      } catch (error) {
        // The others are measured all the same.
        await alertOnce(definition, snapshot, error.message, "see the evaluator's log; the trainer announces the snapshot again");
      }
    }
  } finally {
    network.dispose();
  }
}

const said = new Set();

async function alertOnce(definition, snapshot, reason, remedy) {
  const message = `constraint '${definition.constraintId}' cannot be measured by ${options.name}: ${reason}`;
  const key = `${definition.runId} ${definition.version} ${message}`;
  if (said.has(key)) {
    return;
  }
  said.add(key);
  log(`${definition.runId}: ${message}`);
  await send('saddle.alerts', definition.runId, {
    runId: definition.runId,
    kind: 'OTHER',
    severity: 'ERROR',
    message,
    remedy,
    constraintId: definition.constraintId,
    step: snapshot.step,
    service: options.name,
    raisedAt: Date.now(),
  });
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
const snapshots = endIfItEnds(kafka.consumer({groupId: GROUP, sessionTimeout: 30_000}));
await snapshots.connect();
// From the beginning: a LOCKSTEP or PIPELINED run may be waiting since before this was started.
await snapshots.subscribe({topics: ['saddle.snapshots'], fromBeginning: true});
await snapshots.run({
  eachBatchAutoResolve: false,
  eachBatch: async ({batch, resolveOffset, heartbeat, isRunning, isStale}) => {
    const waiting = [];
    for (const message of batch.messages) {
      const snapshot = await read(batch.topic, batch.partition, message);
      waiting.push({message, snapshot: snapshot?.weights === 'RAW' ? snapshot : null});
    }
    const alive = setInterval(() => heartbeat().catch(() => {}), 3000);
    try {
      for (const {message, snapshot} of waiting) {
        if (!isRunning() || isStale()) {
          return;
        }
        if (snapshot !== null && !isSuperseded(snapshot, waiting)) {
          await evaluateOrReject(batch, message, snapshot);
        }
        resolveOffset(message.offset);
      }
    } finally {
      clearInterval(alive);
    }
  },
});

/** An ASYNC run that has got ahead needs the newest only, and nobody waits for a shadow; else a LOCKSTEP or PIPELINED run waits for each. */
function isSuperseded(snapshot, waiting) {
  const run = runs.get(snapshot.runId);
  const isWaitedFor = [...definitions.values()].some((definition) => definition.runId === snapshot.runId
    && definition.evaluator === options.name && (definition.state === 'ACTIVE' || definition.state === 'RETIRING'));
  return run !== undefined && (JSON.parse(run.spec).dual.mode === 'ASYNC' || !isWaitedFor)
    && waiting.some(({snapshot: other}) => other?.runId === snapshot.runId && other.step > snapshot.step);
}

async function evaluateOrReject(batch, message, snapshot) {
  try {
    await evaluate(snapshot);
  } catch (error) {
    if (error.code === 'ENOENT') {
      log(`${snapshot.runId} step ${snapshot.step} is gone: superseded before this came to it`);
      return;
    }
    await reject(batch.topic, batch.partition, message, `step ${snapshot.step} was not evaluated`, error);
  }
}

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
