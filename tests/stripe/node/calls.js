// Makes calls with Stripe's own library for Node, and tells what came of each.
//
// Reads from its input {"base_url", "key", "calls": [{"call": "paymentIntents.create", "with": [...]}]},
// where "all": 100 asks for a list through all its pages. Writes an array: {"answer": ...} for a
// call that returned, {"raised": {...}} for one that Stripe's library raised an error for. Any other
// error is a mistake of the caller, and ends everything.
'use strict';

const fs = require('node:fs');
const Stripe = require('stripe');

const TOLD = [
  'type', 'rawType', 'code', 'decline_code', 'advice_code', 'param', 'message', 'doc_url',
  'statusCode', 'requestId', 'charge', 'payment_intent', 'payment_method', 'setup_intent',
];

function client({ base_url: base, key }) {
  const { hostname, port, protocol } = new URL(base);
  return new Stripe(key, {
    host: hostname,
    port: Number(port),
    protocol: protocol.replace(':', ''),
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: 10_000,
  });
}

async function perform(stripe, { call, with: values = [], all }) {
  const names = call.split('.');
  const method = names.pop();
  const resource = names.reduce((owner, name) => owner[name], stripe);
  try {
    const pending = resource[method](...values);
    return { answer: await (all ? pending.autoPagingToArray({ limit: all }) : pending) };
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    return { raised: Object.fromEntries(TOLD.map((name) => [name, error[name] ?? null])) };
  }
}

async function main() {
  const asked = JSON.parse(fs.readFileSync(0, 'utf8'));
  const stripe = client(asked);
  const told = [];
  for (const each of asked.calls) told.push(await perform(stripe, each));
  process.stdout.write(JSON.stringify(told));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
