import { loadTransport, transportNames } from '../src/transports/index.ts'
import { transportContract } from './transport-contract.ts'

for (const name of transportNames) transportContract(await loadTransport(name))
