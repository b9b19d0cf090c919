// Runs ONNX files with onnxruntime-node. Reads a list of {file, input, dims,
// data} from standard input and writes a list of the outputs of each by name.
const ort = require('onnxruntime-node')

async function main() {
  const runs = JSON.parse(require('fs').readFileSync(0))
  const results = []
  for (const run of runs) {
    const session = await ort.InferenceSession.create(run.file, { intraOpNumThreads: 1, graphOptimizationLevel: 'disabled' })
    const x = new ort.Tensor('float32', Float32Array.from(run.data), run.dims)
    const outputs = await session.run({ [run.input]: x })
    const result = {}
    for (const name of session.outputNames) {
      result[name] = { dims: outputs[name].dims, data: Array.from(outputs[name].data) }
    }
    results.push(result)
  }
  console.log(JSON.stringify(results))
}

main().catch((error) => { console.error(error); process.exit(1) })
