// The denoising loss on fixed draws of image, timestep and noise: mean squared error over all elements.

import * as tf from '@tensorflow/tfjs-core';

const BATCH = 32;

/** A stream of numbers that depends on its name alone (sfc32). */
export class Draws {
  constructor(name) {
    let state = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
    for (const byte of new TextEncoder().encode(name)) {
      state[byte & 3] = Math.imul(state[byte & 3] ^ byte, 0x01000193) >>> 0;
      state[3] = (state[3] + 1) >>> 0;
      this.state = state;
      this.uniform();
      state = this.state;
    }
    this.state = state;
    for (let i = 0; i < 12; i++) {
      this.uniform();
    }
  }

  uniform() {
    let [a, b, c, d] = this.state;
    const t = (a + b + d) >>> 0;
    d = (d + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + t) >>> 0;
    this.state = [a, b, c, d];
    return t / 2 ** 32;
  }

  gaussian() {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}

/** alpha_bar of each timestep, as diffusers' DDPMScheduler has it. */
export function alphaBars({betaSchedule, trainTimesteps, betaStart, betaEnd}) {
  const bar = (u) => Math.cos(((u + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  const bars = [];
  let product = 1;
  for (let t = 0; t < trainTimesteps; t++) {
    const beta = betaSchedule === 'squaredcos_cap_v2'
      ? Math.min(1 - bar((t + 1) / trainTimesteps) / bar(t / trainTimesteps), 0.999)
      : betaStart + ((betaEnd - betaStart) * t) / (trainTimesteps - 1);
    product *= 1 - beta;
    bars.push(product);
  }
  return bars;
}

/** {loss, standardError, samples}: stratified timesteps, every image equally often. */
export async function denoisingLoss(network, data, spec, samples, name) {
  const bars = alphaBars(spec.model.schedule);
  const velocity = spec.model.prediction === 'v_prediction';
  const draws = new Draws(name);
  const {height, width, channels} = data;
  const size = height * width * channels;
  const losses = [];
  for (let from = 0; from < samples; from += BATCH) {
    const rows = Math.min(BATCH, samples - from);
    const noisy = new Float32Array(rows * size);
    const target = new Float32Array(rows * size);
    const timesteps = [];
    for (let row = 0; row < rows; row++) {
      const t = Math.min(bars.length - 1, Math.floor(((from + row + draws.uniform()) / samples) * bars.length));
      const image = data.images[Math.floor(draws.uniform() * data.images.length)];
      const signal = Math.sqrt(bars[t]);
      const spread = Math.sqrt(1 - bars[t]);
      timesteps.push(t);
      for (let channel = 0; channel < channels; channel++) {
        for (let pixel = 0; pixel < height * width; pixel++) {
          // Images have their channels first, the network last.
          const x0 = image[channel * height * width + pixel];
          const eps = draws.gaussian();
          const at = row * size + pixel * channels + channel;
          noisy[at] = signal * x0 + spread * eps;
          target[at] = velocity ? signal * eps - spread * x0 : eps;
        }
      }
    }
    const squares = tf.tidy(() => {
      const shape = [rows, height, width, channels];
      const output = network.predict(tf.tensor(noisy, shape), timesteps);
      return tf.mean(tf.square(tf.sub(output, tf.tensor(target, shape))), [1, 2, 3]);
    });
    losses.push(...(await squares.data()));
    squares.dispose();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const loss = losses.reduce((sum, l) => sum + l, 0) / samples;
  let differences = 0;
  for (let i = 1; i < samples; i++) {
    differences += (losses[i] - losses[i - 1]) ** 2;
  }
  // Neighbours have neighbouring timesteps: the successive difference estimator of a stratified mean.
  return {loss, standardError: Math.sqrt(differences / (2 * samples * (samples - 1))), samples};
}
