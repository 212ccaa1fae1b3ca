// Calls the server by a client that knows nothing but what reflection tells, and ends with 0 only if all went as it
// should. Arguments: the server's gRPC address, and who is looked up.
import grpc from '@grpc/grpc-js'
import reflection from 'grpc-js-reflection-client'

const [address, who] = process.argv.slice(2)
const host = new URL(address).host
const credentials = grpc.ChannelCredentials.createInsecure()
const told = new reflection.GrpcReflection(host, credentials)
const services = await told.listServices()
for (const name of ['activation.v1.Activation', 'ingest.v1.Ingest', 'operations.v1.Operations'])
  if (!services.includes(`martechgrains.${name}Service`)) throw new Error(`It told of ${services}`)

const descriptor = await told.getDescriptorBySymbol('martechgrains.activation.v1.ActivationService')
const { martechgrains } = descriptor.getPackageObject({ keepCase: true, longs: String })
const client = new martechgrains.activation.v1.ActivationService(host, credentials)
const profileOf = key => new Promise((done, failed) => client.GetProfile(
  { key, purpose: 'testing' }, (error, answer) => error ? failed(error) : done(answer.profile)))
const profile = await profileOf({ identifier: { namespace: 'user_id', value: who } })
if (profile.identifiers[0].value !== who || !(profile.version.seq > 0)) throw new Error(JSON.stringify(profile))
try {
  await profileOf({ identifier: { namespace: 'user_id', value: `${who}-nobody` } })
  throw new Error('Somebody was found.')
} catch (error) {
  if (error.code !== grpc.status.NOT_FOUND || !error.metadata.get('grpc-status-details-bin').length) throw error
}
process.exit(0)
