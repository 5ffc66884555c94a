// Records in the Confluent wire format: byte 0, the schema's id, Avro binary.

import avro from 'avsc';

/** Bytes that no schema makes a record of. */
export class UnreadableRecord extends Error {}

export class Registry {
  #types = new Map();
  #writers = new Map();

  constructor(url) {
    this.url = url.replace(/\/+$/, '');
  }

  /**
   * null for a tombstone.
   *
   * @throws UnreadableRecord for garbage; any other error says that the registry is away: worth another try
   */
  async decode(bytes) {
    if (bytes === null || bytes === undefined) {
      return null;
    }
    if (bytes.length < 5 || bytes[0] !== 0) {
      throw new UnreadableRecord('not in the Confluent wire format');
    }
    const type = await this.#type(bytes.readInt32BE(1));
    try {
      return type.fromBuffer(bytes.subarray(5));
    } catch (error) {
      throw new UnreadableRecord(error.message, {cause: error});
    }
  }

  async #type(id) {
    if (!this.#types.has(id)) {
      const {schema} = await this.#get(`/schemas/ids/${id}`);
      this.#types.set(id, avro.Type.forSchema(JSON.parse(schema)));
    }
    return this.#types.get(id);
  }

  /** With the newest schema of the topic; fields that are left out take their defaults. */
  async encode(topic, value) {
    if (!this.#writers.has(topic)) {
      const {id, schema} = await this.#get(`/subjects/${topic}-value/versions/latest`);
      this.#writers.set(topic, {id, type: avro.Type.forSchema(JSON.parse(schema))});
    }
    const {id, type} = this.#writers.get(topic);
    const head = Buffer.alloc(5);
    head.writeInt32BE(id, 1);
    return Buffer.concat([head, type.toBuffer(type.clone(value, {coerceBuffers: false}))]);
  }

  async #get(path) {
    const answer = await fetch(this.url + path);
    if (answer.status === 404) {
      throw new UnreadableRecord(`${this.url}${path} is not there`);
    }
    if (!answer.ok) {
      throw new Error(`${this.url}${path} answered ${answer.status}: ${await answer.text()}`);
    }
    return answer.json();
  }
}
