// Runs pages in a headless Chromium, each on an origin of its own, and ends with 0 only if all went as it should.
// Arguments: the server's HTTP address, the browser's program, and a name for the people of the pages.
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { chromium } from 'playwright-core'

const [server, executablePath, who] = process.argv.slice(2)
const { port } = new URL(server)
const segment = 'node_modules/@segment/analytics-next/dist/umd/'
const rudder = 'node_modules/@rudderstack/analytics-js/dist/npm/modern/bundled/umd/'
const site = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://any').pathname
  const [folder, file] = path.startsWith('/segment/') ? [segment, path.slice(9)] : [rudder, path.slice(8)]
  try {
    response.setHeader('content-type', path === '/' ? 'text/html' : 'text/javascript')
    response.end(path === '/' ? '<!doctype html><title>shop</title>' : await readFile(folder + file))
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise(done => site.listen(0, '127.0.0.1', done))
const origin = name => `http://${name}:${site.address().port}/`

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--host-resolver-rules=MAP *.example 127.0.0.1'],
})
try {
  await sendBySegment(await open(origin('shop.example')))
  await sendByRudderStack(await open(origin('shop.example')), 'rudder', {})
  await sendByRudderStack(await open(origin('shop.example')), 'beacon', {
    useBeacon: true, beaconQueueOptions: { flushQueueInterval: 500 },
  })
  await attack(await open(origin('evil.example')), server)
  await rebind()
} finally {
  await browser.close()
  site.close()
}

async function open(url) {
  const page = await browser.newPage()
  page.on('pageerror', error => console.log(`${url} ${error}`))
  await page.goto(url)
  return page
}

async function sendBySegment(page) {
  await page.addScriptTag({ url: '/segment/index.js' })
  await page.evaluate(async ({ server, who }) => {
    const [analytics] = await AnalyticsNext.AnalyticsBrowser.load({ writeKey: 'demo', cdnURL: server })
    await analytics.identify(`${who}-segment`, { email: `${who}-segment@example.com`, plan: 'gold' })
    await analytics.track('Order Completed', { revenue: 19.99, currency: 'EUR', products: [{ quantity: 3 }] })
    await analytics.page('Thanks')
  }, { server, who })
  await arrived(`${who}-segment`, 3)
}

async function sendByRudderStack(page, way, options) {
  const sent = []
  page.on('request', request => sent.push(new URL(request.url()).pathname))
  await page.addScriptTag({ url: '/rudder/index.js' })
  await page.evaluate(({ server, who, way, options }) => {
    const analytics = new (rudderanalytics.RudderAnalytics ?? rudderanalytics)()
    analytics.load('demo', server, { configUrl: server, ...options })
    analytics.identify(`${who}-${way}`, { email: `${who}-${way}@example.com`, plan: 'gold' })
    analytics.track('Order Completed', { revenue: 19.99, currency: 'EUR', products: [{ quantity: 3 }] })
    analytics.page('Thanks')
  }, { server, who, way, options })
  await arrived(`${who}-${way}`, 3)
  if (options.useBeacon && !sent.includes('/beacon/v1/batch')) throw new Error(`It sent by ${sent}`)
}

// A page's requests go on after its calls have returned: what it sent is there once a lookup shows it.
async function arrived(user, events) {
  for (const until = Date.now() + 30_000; ;) {
    const answer = await fetch(`${server}/v1/profiles/user_id/${user}?purpose=testing`)
    const { profile } = await answer.json()
    const counts = profile?.features.event_count?.value.eventCounts.counts ?? []
    if (counts.reduce((sum, one) => sum + Number(one.count), 0) === events) return
    if (Date.now() > until) throw new Error(`${user}: ${JSON.stringify(profile?.features ?? answer.status)}`)
  }
}

// What a page of another site may not do, by every way it has.
async function attack(page, base) {
  const told = await page.evaluate(async ({ base, who }) => {
    const json = { 'content-type': 'application/json' }
    const subject = { sourceRetraction: { source: 'sdk' } }
    const decision = JSON.stringify({ requestId: `${who}-evil`, subject, actor: 'evil', reason: 'evil' })
    const calls = [
      ['GET', '/v1/profiles/user_id/x?purpose=testing'], ['POST', '/v1/profiles:lookup', '{}', json],
      ['POST', '/v1/decisions', decision, json], ['POST', '/v1/decisions', decision],
      ['POST', '/v1/policies:apply', '{}', json], ['POST', '/v1/events:ingest', '{}', json],
    ]
    const told = []
    for (const [method, path, body, headers] of calls) {
      try {
        told.push(`${path} ${(await fetch(base + path, { method, body, headers })).status}`)
      } catch {
        told.push(`${path} kept from the page`)
      }
    }
    return told
  }, { base, who })
  const heard = told.filter(one => !/ (403|421|kept from the page)$/.test(one))
  if (heard.length > 0) throw new Error(`The page was answered: ${heard}`)
}

// The page comes from a name of its own, which then is the server's address: to the browser, all is one origin.
async function rebind() {
  const own = `http://evil.example:${port}`
  const page = await browser.newPage()
  // Even what refuses it is a document of that origin, and runs what the attacker's own would.
  await page.goto(`${own}/`)
  await attack(page, own)
  const read = await page.evaluate(async () => {
    const answer = await fetch('/v1/profiles/user_id/x?purpose=testing')
    return `${answer.status} ${(await answer.json()).details[0].reason}`
  })
  if (read !== '421 HOST_NOT_ALLOWED') throw new Error(`The page that was rebound read ${read}`)
}
