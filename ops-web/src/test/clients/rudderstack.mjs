// Sends with RudderStack's Node client: node rudderstack.mjs BASE WRITE_KEY. Prints what the client reports.
import RudderAnalytics from '@rudderstack/rudder-sdk-node';

const [dataPlaneUrl, writeKey] = process.argv.slice(2);
const errors = [];
const client = new RudderAnalytics(writeKey, {
  dataPlaneUrl, flushAt: 50, logLevel: 'error', errorHandler: (failure) => errors.push(failure.message),
});

client.identify({ userId: 'u1', traits: { name: '林悦', plan: 'pro' } });
for (let number = 0; number < 30; number++) {
  client.track({ userId: 'u1', event: 'Order Completed', properties: { number, revenue: 19.9 } });
}
client.page({ anonymousId: 'a1', name: 'Home' });
client.group({ userId: 'u1', groupId: 'g1', traits: { name: 'Shop' } });
client.alias({ userId: 'u1', previousId: 'a1' });
client.track({ userId: 'u1', event: 'Too Old', timestamp: new Date('2001-01-01T00:00:00Z') });
await client.flush().catch((failure) => errors.push(failure.message));
console.log(JSON.stringify({ errors }));
