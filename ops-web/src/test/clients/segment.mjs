// Sends with Segment's Node client as its documentation says: node segment.mjs BASE WRITE_KEY. Prints what the client reports.
import { Analytics } from '@segment/analytics-node';

const [host, writeKey] = process.argv.slice(2);
const client = new Analytics({ host, writeKey, flushAt: 50, maxRetries: 1 });
const errors = [];
client.on('error', (failure) => errors.push(String(failure.reason ?? failure.code)));

client.identify({ userId: 'u1', traits: { name: '林悦', plan: 'pro' } });
for (let number = 0; number < 30; number++) {
  client.track({ userId: 'u1', event: 'Order Completed', properties: { number, revenue: 19.9 } });
}
client.page({ anonymousId: 'a1', name: 'Home' });
client.group({ userId: 'u1', groupId: 'g1', traits: { name: 'Shop' } });
client.alias({ userId: 'u1', previousId: 'a1' });
client.track({ userId: 'u1', event: 'Too Old', timestamp: new Date('2001-01-01T00:00:00Z') });
await client.closeAndFlush();
console.log(JSON.stringify({ errors }));
