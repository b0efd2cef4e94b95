using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Tests.Cli;

/// <summary>
/// A process of Debian's awscli that runs one command after another: starting it anew for every call would take most of the tests' time.
/// It ends when its input does, which is when the tests end.
/// </summary>
internal sealed class AwsCliWorker
{
    /// <summary>What /usr/bin/aws does, again and again: a line with arguments and variables in, a line with the result out.</summary>
    private const string Program = """
        import io, json, os, sys
        import awscli.clidriver
        answers, requests = os.fdopen(os.dup(1), "w"), os.fdopen(os.dup(0), "r")
        for line in requests:
            request = json.loads(line)
            for name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_DATA_PATH"]:
                del os.environ[name]
            os.environ.update(request["variables"])
            output, error = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
            sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO()), output, error
            try:
                code = awscli.clidriver.create_clidriver().main(request["arguments"])
            except SystemExit as ended:
                code = ended.code
            written = [each.buffer.getvalue().decode("utf-8") for each in (output, error)]
            answers.write(json.dumps({"code": code or 0, "output": written[0], "error": written[1]}) + "\n")
            answers.flush()
        """;

    private readonly Process _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Program])
    {
        UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
    })!;

    public async Task<AwsCliRun> RunAsync(IReadOnlyDictionary<string, string> variables, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var request = new JsonObject
        {
            ["variables"] = new JsonObject(variables.Select(variable => KeyValuePair.Create<string, JsonNode?>(variable.Key, variable.Value))),
            ["arguments"] = new JsonArray([.. arguments.Select(argument => (JsonNode?)argument)]),
        };
        await _process.StandardInput.WriteLineAsync(request.ToJsonString().AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
        var answer = await _process.StandardOutput.ReadLineAsync(cancellation) ?? throw new InvalidOperationException("awscli ended.");
        var run = JsonNode.Parse(answer)!;
        return new AwsCliRun((int)run["code"]!, (string)run["output"]!, ((string)run["error"]!).Trim());
    }
}
