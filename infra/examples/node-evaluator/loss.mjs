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
export function alphaBars({betaSchedule, trainTimesteps, betaStart, betaEnd, zeroTerminalSnr}) {
  if (zeroTerminalSnr || !['linear', 'squaredcos_cap_v2'].includes(betaSchedule)) {
    throw new Error(`this evaluator knows no noise schedule ${betaSchedule}${zeroTerminalSnr ? ' with a zero terminal SNR' : ''}`);
  }
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

/** Of each noise level: x_t = signal x_0 + spread eps, the time that the network is told, and its target, noise eps - image x_0. */
export function noiseLevels({schedule, prediction}) {
  if (prediction === 'flow') {
    const {trainTimesteps, shift} = schedule;
    return Array.from({length: trainTimesteps}, (_, t) => {
      const u = (t + 1) / trainTimesteps;
      const sigma = (shift * u) / (1 + (shift - 1) * u);
      return {signal: 1 - sigma, spread: sigma, time: trainTimesteps * sigma, noise: 1, image: 1};
    });
  }
  const velocity = prediction === 'v_prediction';
  return alphaBars(schedule).map((bar, time) => {
    const [signal, spread] = [Math.sqrt(bar), Math.sqrt(1 - bar)];
    return {signal, spread, time, noise: velocity ? signal : 1, image: velocity ? spread : 0};
  });
}

/** {loss, standardError, samples}: stratified timesteps, every image equally often. */
export async function denoisingLoss(network, data, spec, samples, name) {
  const levels = noiseLevels(spec.model);
  const draws = new Draws(name);
  const {height, width, channels} = data;
  const size = height * width * channels;
  const losses = [];
  for (let from = 0; from < samples; from += BATCH) {
    const rows = Math.min(BATCH, samples - from);
    const noisy = new Float32Array(rows * size);
    const target = new Float32Array(rows * size);
    const times = [];
    for (let row = 0; row < rows; row++) {
      const t = Math.min(levels.length - 1, Math.floor(((from + row + draws.uniform()) / samples) * levels.length));
      const image = data.images[Math.floor(draws.uniform() * data.images.length)];
      const {signal, spread, time, noise, image: part} = levels[t];
      times.push(time);
      for (let channel = 0; channel < channels; channel++) {
        for (let pixel = 0; pixel < height * width; pixel++) {
          // Images have their channels first, the network last.
          const x0 = image[channel * height * width + pixel];
          const eps = draws.gaussian();
          const at = row * size + pixel * channels + channel;
          noisy[at] = signal * x0 + spread * eps;
          target[at] = noise * eps - part * x0;
        }
      }
    }
    const squares = tf.tidy(() => {
      const shape = [rows, height, width, channels];
      const output = network.predict(tf.tensor(noisy, shape), times);
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
