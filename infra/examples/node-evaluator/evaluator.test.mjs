// node --test: network and schedules against diffusers' numbers, the loss against an oracle.  GOLDEN=folder with unet-*.* and schedulers.json

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {readModel, readSafetensors} from './files.mjs';
import {alphaBars, denoisingLoss} from './loss.mjs';
import {UNet2D} from './network.mjs';

const golden = process.env.GOLDEN ?? '../../../services/shared/diffusion/src/test/resources/golden';
await tf.setBackend('wasm');

for (const name of ['unet-tiny', 'unet-rgb']) {
  test(`${name} is computed as diffusers does`, async () => {
    const config = JSON.parse(await readFile(join(golden, `${name}.json`), 'utf8'));
    const network = new UNet2D(config.config ?? config, await readSafetensors(join(golden, `${name}.weights.safetensors`)));
    const io = await readSafetensors(join(golden, `${name}.io.safetensors`));
    const tensor = (key) => tf.transpose(tf.tensor(io.get(key).data, io.get(key).shape), [0, 2, 3, 1]);
    const output = network.predict(tensor('sample'), [...io.get('timestep').data]);
    const difference = tf.max(tf.abs(tf.sub(output, tensor('output')))).dataSync()[0];
    assert.ok(difference < 1e-4, `largest difference ${difference}`);
  });
}

for (const [name, {config, alphas_cumprod: expected}] of Object.entries(JSON.parse(await readFile(join(golden, 'schedulers.json'), 'utf8')))) {
  test(`${name}: alpha_bar as diffusers has it`, () => {
    const bars = alphaBars(schedule(config));
    for (const [t, bar] of Object.entries(expected)) {
      assert.ok(Math.abs(bars[t] - bar) < 1e-6, `alpha_bar of ${t} is ${bars[t]}, not ${bar}`);
    }
  });
}

test('a snapshot in another kind of store is refused in words', async () => {
  await assert.rejects(readModel({uri: 's3://bucket/run/model', sha256: ''}), /s3:\/\/bucket\/run\/model lies in a store that this evaluator cannot read/);
});

function schedule({beta_schedule: betaSchedule, num_train_timesteps: trainTimesteps, beta_start: betaStart, beta_end: betaEnd}) {
  return {betaSchedule, trainTimesteps, betaStart, betaEnd};
}

// One image, so that what was added to it can be told from what came of it.
const X0 = Float32Array.from({length: 16}, (_, i) => (i - 8) / 8);
const data = {images: [X0], height: 4, width: 4, channels: 1};
const cosine = {betaSchedule: 'squaredcos_cap_v2', trainTimesteps: 100};
const bars = alphaBars(cosine);

/** A network that knows the image: it predicts exactly what it should. */
function oracle(velocity) {
  return {
    predict: (noisy, timesteps) => {
      const bar = tf.tensor(timesteps.map((t) => bars[t]), [timesteps.length, 1, 1, 1]);
      const [signal, spread] = [tf.sqrt(bar), tf.sqrt(tf.sub(1, bar))];
      const x0 = tf.tensor(X0, [1, 4, 4, 1]);
      const eps = tf.div(tf.sub(noisy, tf.mul(signal, x0)), spread);
      return velocity ? tf.sub(tf.mul(signal, eps), tf.mul(spread, x0)) : eps;
    },
  };
}

for (const prediction of ['epsilon', 'v_prediction']) {
  const spec = {model: {schedule: cosine, prediction}};

  test(`${prediction}: a network that knows the answer has no loss`, async () => {
    const {loss} = await denoisingLoss(oracle(prediction === 'v_prediction'), data, spec, 100, 'a');
    assert.ok(loss < 1e-6, `loss ${loss}`);
  });

  test(`${prediction}: one that knows nothing has the target's variance`, async () => {
    const zero = {predict: (noisy) => tf.zerosLike(noisy)};
    const {loss, standardError} = await denoisingLoss(zero, data, spec, 1000, 'a');
    const square = X0.reduce((sum, x) => sum + x * x, 0) / X0.length;
    const mean = bars.reduce((sum, bar) => sum + bar, 0) / bars.length;
    const expected = prediction === 'epsilon' ? 1 : mean + (1 - mean) * square;
    assert.ok(Math.abs(loss - expected) < 4 * standardError, `${loss} +- ${standardError}, not ${expected}`);
    assert.ok(standardError < 0.02 && standardError > 0, `standard error ${standardError}`);
  });
}

test('the draws depend on the name alone', async () => {
  const spec = {model: {schedule: cosine, prediction: 'epsilon'}};
  const zero = {predict: (noisy) => tf.zerosLike(noisy)};
  const losses = [];
  for (const name of ['a', 'a', 'b']) {
    losses.push((await denoisingLoss(zero, data, spec, 50, name)).loss);
  }
  assert.equal(losses[0], losses[1]);
  assert.notEqual(losses[0], losses[2]);
});
