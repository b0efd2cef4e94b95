using System.CommandLine;
using System.Text;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;

namespace Towpath.Cli.Commands;

/// <summary>Verifies an exported audit log, offline.</summary>
internal sealed class AuditVerify : Verb
{
    private readonly Option<string> _file = Parameters.Text("--file", "FILE", "the exported file; - for stdin", required: true);
    private readonly Option<string> _key = Parameters.Text("--key", "FILE", "the key that the head was signed with (.towpath/audit.key on the control plane's host)");

    public AuditVerify()
        : base("verify", "verify an exported audit log, offline: finds changed, missing and reordered lines")
    {
        Options.Add(_file);
        Options.Add(_key);
    }

    public override IReadOnlyList<string> Examples => ["towpath audit verify --file audit.jsonl", "towpath audit verify --file audit.jsonl --key audit.key"];

    public override string JsonValue => "intact, entries, line and problem of the first line that does not fit, signature_checked";

    protected override Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var file = call.Get(_file)!;
        if ((Missing(file) ?? Missing(call.Get(_key))) is { } failure) return Task.FromResult(call.Fail(failure));
        var key = call.Get(_key) is { } keyFile ? KeyOf(File.ReadAllBytes(keyFile)) : null;
        var verified = Core.Audit.AuditExport.Verify(file == "-" ? Lines(Console.In) : File.ReadLines(file), key);
        if (verified is { Intact: true, SignatureChecked: false })
            call.Terminal.Hint("the signature was not checked: without --key, somebody who can write the file could have made the whole chain anew");
        if (!verified.Intact && !call.Terminal.Json)
            return Task.FromResult(call.Fail(new Failure(ExitCodes.Failed, "audit_broken", $"{file}, line {verified.Line}: {verified.Problem}")));
        return Task.FromResult(call.Done(
            verified, CliJson.Default.AuditVerification,
            output => output.WriteLine($"{verified.Entries} entries, all in place{(verified.SignatureChecked ? ", signature valid" : "")}"),
            verified.Intact ? ExitCodes.Done : ExitCodes.Failed));
    }

    private static Failure? Missing(string? file) => file is null or "-" || File.Exists(file)
        ? null
        : new Failure(ExitCodes.Wrong, "no_such_file", $"there is no file {file}");

    /// <summary>The control plane keeps 32 raw bytes; a key that was copied as text is hexadecimal.</summary>
    private static byte[] KeyOf(byte[] content)
    {
        if (content.Length == 32) return content;
        var text = Encoding.UTF8.GetString(content).Trim();
        return text.Length == 64 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : content;
    }

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line) yield return line;
    }
}
