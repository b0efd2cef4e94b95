using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;

namespace Towpath.Cli.Commands;

/// <summary>Exports the sealed audit log with its signed head.</summary>
internal sealed class AuditExport : ServerVerb
{
    private readonly Option<string> _output = Parameters.Text("--output", "FILE", "write to a file (default: stdout)");

    public AuditExport()
        : base("export", "export the audit log: one JSON line for each entry, the signed head last") => Options.Insert(0, _output);

    public override IReadOnlyList<string> Examples => ["towpath audit export --output audit.jsonl", "towpath audit export | tail -1"];

    public override string JsonValue => "with --output file and lines (a count); without it lines, each the text of one exported line";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var read = await AuditLog.ReadAsync(api, cancellationToken);
        if (!read.Is(out var log, out var failure)) return call.Fail(failure);
        if (call.Get(_output) is not { } file)
            return call.Done(log, CliJson.Default.AuditLines, output => log.Lines.ToList().ForEach(output.WriteLine));
        await File.WriteAllLinesAsync(file, log.Lines, cancellationToken);
        return call.Done(new AuditFile(file, log.Lines.Count), CliJson.Default.AuditFile, output => output.WriteLine($"{log.Lines.Count} lines in {file}"));
    }
}
