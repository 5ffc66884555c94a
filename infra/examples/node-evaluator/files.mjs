// The files that an evaluator reads: safetensors, IDX data sets, and where the records say they lie.

import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gunzipSync} from 'node:zlib';

const HEADER_LIMIT = 100 << 20;
const ARRAYS = {
  F32: (bytes) => new Float32Array(bytes),
  I64: (bytes) => Float32Array.from(new BigInt64Array(bytes), Number),
};

/** Map from names to {shape, data}, numbers as floats. */
export async function readSafetensors(file, sha256) {
  const bytes = await readFile(file);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== undefined && digest !== sha256) {
    throw new Error(`${file} is damaged: its sha256 is ${digest}, announced was ${sha256}`);
  }
  const length = Number(bytes.readBigUInt64LE(0));
  if (length > HEADER_LIMIT || 8 + length > bytes.length) {
    throw new Error(`${file} is no safetensors file: a header of ${length} bytes`);
  }
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  const tensors = new Map();
  delete header.__metadata__;
  for (const [name, {dtype, shape, data_offsets: [from, to]}] of Object.entries(header)) {
    if (!(dtype in ARRAYS)) {
      throw new Error(`${file}: ${name} is ${dtype}, only ${Object.keys(ARRAYS)} are read`);
    }
    const start = 8 + length + from;
    const copy = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + start + (to - from));
    tensors.set(name, {shape, data: ARRAYS[dtype](copy)});
  }
  return tensors;
}

/** A snapshot's folder: the network's configuration and weights, checked against the announcement. */
export async function readModel(artifact) {
  if (!artifact.uri.startsWith('file:')) {
    throw new Error(`${artifact.uri} lies in a store that this evaluator cannot read: it takes file: artifacts only, from a folder that all services mount`);
  }
  const folder = fileURLToPath(artifact.uri);
  const config = JSON.parse(await readFile(join(folder, 'unet', 'config.json'), 'utf8'));
  const weights = await readSafetensors(join(folder, 'unet', 'diffusion_pytorch_model.safetensors'), artifact.sha256);
  return {config, weights};
}

/** The images of a selection that takes whole classes, as [-1, 1] floats; others would need saddle's own draw. */
export async function readImages(selection, bundledFolder) {
  const partial = selection.classes.find((share) => share.count !== null || share.fraction !== null);
  if (partial !== undefined) {
    throw new Error(`this evaluator takes whole classes only, class ${partial.label} is taken in part: give evaluationData`);
  }
  const images = await readIdx(selection.images, 'images', bundledFolder);
  const labels = await readIdx(selection.labels, 'labels', bundledFolder);
  const named = new Set(selection.classes.map((share) => share.label));
  const all = named.size === 0 || selection.otherClasses;
  const [height, width] = images.shape.slice(-2);
  const size = images.data.length / images.shape[0];
  const chosen = [];
  for (let i = 0; i < images.shape[0]; i++) {
    if (all || named.has(labels.data[i])) {
      chosen.push(Float32Array.from(images.data.subarray(i * size, (i + 1) * size), (level) => level / 127.5 - 1));
    }
  }
  return {images: chosen, height, width, channels: size / (height * width)};
}

async function readIdx(address, kind, bundledFolder) {
  const file = address.startsWith('bundled:')
    ? join(bundledFolder, `${address.slice('bundled:'.length)}-${kind}-${kind === 'images' ? 'idx3' : 'idx1'}-ubyte.gz`)
    : address.startsWith('file:') ? fileURLToPath(address) : address;
  let bytes = await readFile(file);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    bytes = gunzipSync(bytes);
  }
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 8) {
    throw new Error(`${file} is not in the IDX format with unsigned bytes`);
  }
  const shape = Array.from({length: bytes[3]}, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  return {shape, data: bytes.subarray(4 + 4 * bytes[3])};
}
