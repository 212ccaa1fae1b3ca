// Calls the server by a client that buf generates of the protos as they are shipped, and ends with 0 only if all went as
// it should. Arguments: the server's gRPC address, the folder of the protos, and a name for the person.
import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'

const [baseUrl, protos, who] = process.argv.slice(2)
cpSync(protos, 'protos', { recursive: true })
const PATH = `${process.cwd()}/node_modules/.bin:${process.env.PATH}`
execFileSync('buf', ['generate'], { cwd: 'protos', env: { ...process.env, PATH }, stdio: 'inherit' })
const types = name => import(`${process.cwd()}/protos/gen/${name}_pb.js`)
const { ActivationService } = await types('martechgrains/activation/v1/activation_service')
const { IngestService } = await types('martechgrains/ingest/v1/ingest_service')
const { BadRequestSchema, ErrorInfoSchema } = await types('google/rpc/error_details')
const { EventClass } = await types('martechgrains/type/v1/event')

const transport = createGrpcTransport({ baseUrl })
const headers = { authorization: `Basic ${btoa('demo:')}` }
const identifiers = [{ namespace: 'user_id', value: who }]
const eventTime = { seconds: BigInt(Math.floor(Date.now() / 1000)), nanos: 0 }
const typed = { eventId: `${who}-1`, eventTime, eventClass: EventClass.LOGGED_IN, identifiers }
const events = [{ body: { case: 'typed', value: typed } }]
const { results } = await createClient(IngestService, transport).ingestEvents({ events }, { headers })
if (results[0].status !== 1) throw new Error(JSON.stringify(results[0]))

const activation = createClient(ActivationService, transport)
const key = { key: { case: 'identifier', value: identifiers[0] } }
const { profile } = await activation.getProfile({ key, purpose: 'testing', readMask: { paths: ['version', 'profileId'] } })
if (profile.profileId.length !== 32 || !(profile.version.seq > 0n) || profile.identifiers.length > 0)
  throw new Error(`It read ${profile.profileId} at ${profile.version?.seq}`)
try {
  await activation.getProfile({ key, purpose: 'testing', readMask: { paths: ['profil_id'] } })
  throw new Error('A misspelt path was read.')
} catch (error) {
  if (!(error instanceof ConnectError) || error.code !== Code.InvalidArgument) throw error
  const [{ reason }] = error.findDetails(ErrorInfoSchema)
  const [{ fieldViolations: [violation] }] = error.findDetails(BadRequestSchema)
  if (reason !== 'UNKNOWN_FIELD_PATH' || violation.field !== 'read_mask.paths[0]') throw error
}
