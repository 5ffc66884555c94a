// diffusers' UNet2DModel on TensorFlow.js: config.json and safetensors in, the network's output out. Channels last inside.

import * as tf from '@tensorflow/tfjs-core';

const SUPPORTED = {
  act_fn: ['silu', 'swish'],
  attention_legacy_order: [false],
  class_embed_type: [null],
  downsample_type: ['conv'],
  mid_block_type: ['UNetMidBlock2D', null],
  resnet_time_scale_shift: ['default'],
  time_embedding_type: ['positional'],
  upsample_type: ['conv'],
};
const DEFAULTS = {
  add_attention: true,
  attention_head_dim: 8,
  attn_norm_num_groups: null,
  center_input_sample: false,
  downsample_padding: 1,
  flip_sin_to_cos: true,
  freq_shift: 0,
  mid_block_scale_factor: 1,
  mid_block_type: 'UNetMidBlock2D',
  norm_eps: 1e-5,
  norm_num_groups: 32,
};

const silu = (x) => tf.mul(x, tf.sigmoid(x));

export class UNet2D {
  /** @param weights Map from diffusers' parameter names to {shape, data} */
  constructor(config, weights) {
    for (const [key, values] of Object.entries(SUPPORTED)) {
      if (key in config && !values.includes(config[key])) {
        throw new Error(`${key}: ${config[key]} is not supported, only ${values}`);
      }
    }
    this.config = {...DEFAULTS, ...config};
    this.weights = new Map();
    for (const [name, {shape, data}] of weights) {
      this.weights.set(name, tf.tidy(() => prepared(tf.tensor(data, shape))));
    }
  }

  dispose() {
    this.weights.forEach((tensor) => tensor.dispose());
  }

  /** @param x [rows, H, W, C]  @param timesteps numbers, one a row */
  predict(x, timesteps) {
    return tf.tidy(() => this.#forward(x, timesteps));
  }

  #forward(sample, timesteps) {
    const c = this.config;
    const levels = c.block_out_channels.length;
    const time = silu(this.#time(timesteps));
    let x = this.#conv('conv_in', c.center_input_sample ? tf.sub(tf.mul(sample, 2), 1) : sample);
    const skips = [x];
    for (let level = 0; level < levels; level++) {
      const name = `down_blocks.${level}`;
      for (let i = 0; i < c.layers_per_block; i++) {
        x = this.#layer(name, i, x, time, c.down_block_types[level]);
        skips.push(x);
      }
      if (level < levels - 1) {
        x = this.#downsample(`${name}.downsamplers.0.conv`, x);
        skips.push(x);
      }
    }
    if (c.mid_block_type !== null) {
      const scale = c.mid_block_scale_factor;
      x = this.#resnet('mid_block.resnets.0', x, time, scale);
      if (c.add_attention) {
        x = this.#attention('mid_block.attentions.0', x, c.attn_norm_num_groups ?? c.norm_num_groups, scale);
      }
      x = this.#resnet('mid_block.resnets.1', x, time, scale);
    }
    for (let level = 0; level < levels; level++) {
      const name = `up_blocks.${level}`;
      for (let i = 0; i <= c.layers_per_block; i++) {
        x = this.#layer(name, i, tf.concat([x, skips.pop()], 3), time, c.up_block_types[level]);
      }
      if (level < levels - 1) {
        const [, height, width] = x.shape;
        x = this.#conv(`${name}.upsamplers.0.conv`, tf.image.resizeNearestNeighbor(x, [2 * height, 2 * width]));
      }
    }
    return this.#conv('conv_out', silu(this.#norm('conv_norm_out', x, c.norm_num_groups)));
  }

  #layer(block, i, x, time, type) {
    const h = this.#resnet(`${block}.resnets.${i}`, x, time, 1);
    return type.startsWith('Attn') ? this.#attention(`${block}.attentions.${i}`, h, this.config.norm_num_groups, 1) : h;
  }

  #time(timesteps) {
    const {block_out_channels: [width], flip_sin_to_cos: flipped, freq_shift: shift} = this.config;
    const half = Math.floor(width / 2);
    const frequencies = tf.tensor1d(Array.from({length: half}, (_, i) => Math.exp((-Math.log(10000) * i) / (half - shift))));
    const angles = tf.mul(tf.expandDims(tf.tensor1d(timesteps), 1), tf.expandDims(frequencies, 0));
    const waves = flipped ? [tf.cos(angles), tf.sin(angles)] : [tf.sin(angles), tf.cos(angles)];
    const embedding = tf.pad(tf.concat(waves, 1), [[0, 0], [0, width % 2]]);
    return this.#linear('time_embedding.linear_2', silu(this.#linear('time_embedding.linear_1', embedding)));
  }

  #resnet(name, x, time, scale) {
    const groups = this.config.norm_num_groups;
    let h = this.#conv(`${name}.conv1`, silu(this.#norm(`${name}.norm1`, x, groups)));
    const shift = this.#linear(`${name}.time_emb_proj`, time);
    h = tf.add(h, tf.reshape(shift, [shift.shape[0], 1, 1, shift.shape[1]]));
    h = this.#conv(`${name}.conv2`, silu(this.#norm(`${name}.norm2`, h, groups)));
    const straight = this.weights.has(`${name}.conv_shortcut.weight`) ? this.#conv(`${name}.conv_shortcut`, x) : x;
    return tf.div(tf.add(straight, h), scale);
  }

  #attention(name, x, groups, scale) {
    const [rows, height, width, channels] = x.shape;
    const headDim = this.config.attention_head_dim ?? channels;
    const heads = Math.floor(channels / headDim);
    const pixels = tf.reshape(this.#norm(`${name}.group_norm`, x, groups), [rows * height * width, channels]);
    const split = (layer) =>
      tf.transpose(tf.reshape(this.#linear(`${name}.${layer}`, pixels), [rows, height * width, heads, headDim]), [0, 2, 1, 3]);
    const likeness = tf.matMul(split('to_q'), split('to_k'), false, true);
    const mixed = tf.matMul(tf.softmax(tf.div(likeness, Math.sqrt(headDim))), split('to_v'));
    const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows * height * width, heads * headDim]);
    return tf.div(tf.add(tf.reshape(this.#linear(`${name}.to_out.0`, joined), x.shape), x), scale);
  }

  #downsample(name, x) {
    const padding = this.config.downsample_padding;
    const edges = padding === 0 ? [0, 1] : [padding, padding];
    return this.#conv(name, tf.pad(x, [[0, 0], edges, edges, [0, 0]]), 2, 'valid');
  }

  #conv(name, x, stride = 1, padding = 'same') {
    return tf.add(tf.conv2d(x, this.weights.get(`${name}.weight`), stride, padding), this.weights.get(`${name}.bias`));
  }

  #linear(name, x) {
    return tf.add(tf.matMul(x, this.weights.get(`${name}.weight`)), this.weights.get(`${name}.bias`));
  }

  #norm(name, x, groups) {
    const [rows, height, width, channels] = x.shape;
    const grouped = tf.reshape(x, [rows, height * width, groups, channels / groups]);
    const mean = tf.mean(grouped, [1, 3], true);
    const centred = tf.sub(grouped, mean);
    const variance = tf.mean(tf.square(centred), [1, 3], true);
    const normal = tf.reshape(tf.mul(centred, tf.rsqrt(tf.add(variance, this.config.norm_eps))), x.shape);
    return tf.add(tf.mul(normal, this.weights.get(`${name}.weight`)), this.weights.get(`${name}.bias`));
  }
}

/** torch's layouts to those of TensorFlow: [O, I, h, w] -> [h, w, I, O], [O, I] -> [I, O]. */
function prepared(tensor) {
  if (tensor.rank === 4) {
    return tf.transpose(tensor, [2, 3, 1, 0]);
  }
  return tensor.rank === 2 ? tf.transpose(tensor) : tf.clone(tensor);
}
