// node --test: the network against outputs of diffusers' UNet2DModel.  GOLDEN=folder with unet-tiny.* and unet-rgb.*

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {readSafetensors} from './files.mjs';
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
