// Reads topics from the beginning, decoding through the registry, and prints one JSON object a record.
// Usage: node read-topics.mjs BROKER REGISTRY_URL COUNT TOPIC...
import kafkajs from 'kafkajs';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';

const [broker, host, count, ...topics] = process.argv.slice(2);
const registry = new SchemaRegistry({ host });
const kafka = new kafkajs.Kafka({ clientId: 'interoperability', brokers: [broker], logLevel: kafkajs.logLevel.ERROR });
const consumer = kafka.consumer({ groupId: 'interoperability-' + process.pid });

let left = Number(count);
const done = new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error(left + ' records are missing after 40 s')), 40_000).unref();
  consumer.connect()
    .then(() => consumer.subscribe({ topics, fromBeginning: true }))
    .then(() => consumer.run({
      eachMessage: async ({ topic, message }) => {
        const value = await registry.decode(message.value);
        const plain = (key, item) => (typeof item === 'bigint' ? Number(item) : item);
        console.log(JSON.stringify({ topic, key: message.key.toString(), value }, plain));
        left -= 1;
        if (left === 0) resolve();
      },
    }))
    .catch(reject);
});

done
  .then(() => consumer.disconnect())
  .catch((error) => {
    console.error(error);
    process.exitCode = 1;
    return consumer.disconnect();
  });
