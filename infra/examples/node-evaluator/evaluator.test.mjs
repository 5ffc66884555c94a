// node --test: network and schedules against diffusers' numbers, the loss against an oracle.  GOLDEN=folder with unet-*.* and schedulers.json

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {readModel, readSafetensors} from './files.mjs';
import {alphaBars, denoisingLoss, noiseLevels} from './loss.mjs';
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
const flow = {trainTimesteps: 100, shift: 3};

/** A network that knows the image: it predicts exactly what it should, from the time that it is told. */
function oracle({schedule, prediction}) {
  const column = (values) => tf.tensor(values, [values.length, 1, 1, 1]);
  return {
    predict: (noisy, times) => {
      const spreads = times.map((t) => (prediction === 'flow' ? t / schedule.trainTimesteps : Math.sqrt(1 - bars[t])));
      const signals = times.map((t, row) => (prediction === 'flow' ? 1 - spreads[row] : Math.sqrt(bars[t])));
      const [signal, spread] = [column(signals), column(spreads)];
      const x0 = tf.tensor(X0, [1, 4, 4, 1]);
      const eps = tf.div(tf.sub(noisy, tf.mul(signal, x0)), spread);
      if (prediction === 'flow') {
        return tf.sub(eps, x0);
      }
      return prediction === 'v_prediction' ? tf.sub(tf.mul(signal, eps), tf.mul(spread, x0)) : eps;
    },
  };
}

test('the noise levels of a flow are those of diffusers', async () => {
  const {flow_match_euler: expected} = JSON.parse(await readFile(join(golden, 'schedulers2.json'), 'utf8'));
  for (const shift of [1, 3]) {
    const levels = noiseLevels({prediction: 'flow', schedule: {trainTimesteps: 1000, shift}});
    // From the most noise down there.
    for (const [index, sigma] of Object.entries(expected[`shift=${shift}.0`].training_sigmas)) {
      assert.ok(Math.abs(levels[999 - index].spread - sigma) < 1e-6, `sigma ${index}`);
    }
  }
});

test('a schedule that is not known is refused', () => {
  assert.throws(() => alphaBars({...cosine, betaSchedule: 'scaled_linear'}), /no noise schedule scaled_linear/);
  assert.throws(() => alphaBars({...cosine, zeroTerminalSnr: true}), /zero terminal SNR/);
});

for (const prediction of ['epsilon', 'v_prediction', 'flow']) {
  const spec = {model: {schedule: prediction === 'flow' ? flow : cosine, prediction}};

  test(`${prediction}: a network that knows the answer has no loss`, async () => {
    const {loss} = await denoisingLoss(oracle(spec.model), data, spec, 100, 'a');
    assert.ok(loss < 1e-6, `loss ${loss}`);
  });

  test(`${prediction}: one that knows nothing has the target's variance`, async () => {
    const zero = {predict: (noisy) => tf.zerosLike(noisy)};
    const {loss, standardError} = await denoisingLoss(zero, data, spec, 1000, 'a');
    const square = X0.reduce((sum, x) => sum + x * x, 0) / X0.length;
    const mean = bars.reduce((sum, bar) => sum + bar, 0) / bars.length;
    const expected = {epsilon: 1, v_prediction: mean + (1 - mean) * square, flow: 1 + square}[prediction];
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
