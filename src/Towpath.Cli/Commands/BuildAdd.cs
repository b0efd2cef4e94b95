using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Tells the control plane of a build, as CI does.</summary>
internal sealed class BuildAdd : ServerVerb
{
    private readonly Option<string> _application = Parameters.Text("--app", "APPLICATION", "the application's slug", required: true);
    private readonly Option<string> _commit = Parameters.Text("--commit", "SHA", "the commit that was built", required: true);
    private readonly Option<string[]> _artifacts = new("--artifact") { Description = "where the bytes are; [NAME=]REFERENCE[@sha256:…], once for each artifact", HelpName = "REFERENCE" };
    private readonly Option<string> _branch = Parameters.Text("--branch", "BRANCH", "the branch it was built from");
    private readonly Option<string> _tag = Parameters.Text("--tag", "TAG", "the git tag it was built from");
    private readonly Option<string> _version = Parameters.Text("--version", "VERSION", "the version label (default: by the app spec's pattern)");
    private readonly Option<string> _author = Parameters.Text("--author", "USER", "who wrote the commit; they cannot approve it");
    private readonly Option<string> _runUrl = Parameters.Text("--run-url", "URL", "the CI run's page");
    private readonly Option<string> _runNumber = Parameters.Text("--run-number", "NUMBER", "the CI run's number, for {run_number}");

    private readonly Option<string> _audience = Parameters.Text("--audience", "NAME", "in GitHub Actions: whom the job's token is for (default: the control plane's URL)");

    public BuildAdd()
        : base("add", "tell the control plane of a build")
    {
        Option[] options = [_application, _commit, _artifacts, _branch, _tag, _version, _author, _runUrl, _runNumber, _audience];
        for (var i = 0; i < options.Length; i++) Options.Insert(i, options[i]);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "towpath build add --app web --commit 1f0c7a9e2b4d6f8091a3b5c7d9e1f20314253647 --branch main --artifact builds/web.zip",
    ];

    public override string JsonValue => "the build: id, application, commit, version, digest, artifacts, reported_by, reported_at";

    /// <summary>Without an API token, a job of GitHub Actions shows that it is that job.</summary>
    protected override async Task<Answer<Connection>> IdentifyAsync(Call call, Connection connection, CancellationToken cancellationToken)
    {
        if (connection.Token is not null || !WorkflowIdentity.Ours.IsJob) return new Answer<Connection>(connection, null);
        var asked = await WorkflowIdentity.Ours.AskAsync(call.Get(_audience) ?? WorkflowIdentity.AudienceOf(connection.Url), cancellationToken);
        return asked.Is(out var token, out var failure) ? new Answer<Connection>(connection with { Token = token, IsWorkflow = true }, null) : new Answer<Connection>(null, failure);
    }

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var answer = await api.PostAsync("builds", Report(call), ApiJson.Default.ReportBuild, ApiJson.Default.Build, cancellationToken);
        return answer.Is(out var build, out var failure)
            ? call.Done(build, ApiJson.Default.Build, output => output.WriteLine($"{Terminal.Clean(build.Application)} {Terminal.Clean(build.Version)} {build.Digest}"))
            : call.Fail(failure);
    }

    private ReportBuild Report(Call call) => new()
    {
        Application = call.Get(_application)!,
        Commit = call.Get(_commit)!,
        Branch = call.Get(_branch),
        Tag = call.Get(_tag),
        Version = call.Get(_version),
        Author = call.Get(_author),
        RunUrl = call.Get(_runUrl),
        RunNumber = call.Get(_runNumber),
        Artifacts = [.. (call.Get(_artifacts) ?? []).Select(ArtifactArgument.Parse)],
    };
}
