using System.CommandLine;
using Towpath.Aws;
using Towpath.Aws.Bootstrap;
using Towpath.Aws.Calling;
using Towpath.Aws.Steps;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Cli.Standalone;

namespace Towpath.Cli.Commands;

/// <summary>Shows or makes what the specs need in an AWS account.</summary>
internal sealed class AwsBootstrap : Verb
{
    private readonly Option<bool> _plan = new("--plan") { Description = "only show what would be made or changed, with every document (default)" };
    private readonly Option<bool> _apply = new("--apply") { Description = "make it so" };
    private readonly Option<string> _specs = Parameters.Text("--specs", "DIR", "the folder with organization.yaml and apps/ (default: what towpath.yaml names, else this folder)");
    private readonly Option<string> _region = Parameters.Text("--region", "REGION", "the region of shared buckets (default: `aws.region` of towpath.yaml, AWS_REGION, or the first environment's)");
    private readonly Option<string> _organization = Parameters.Text("--organization", "ID", "let the accounts of this AWS organization read registry and builds (default: only the accounts of the environments' roles)");
    private readonly Option<string[]> _github = new("--github-id") { Description = "GitHub's ids of a repository: names can be taken over, ids cannot; once for each", HelpName = "OWNER/NAME=OWNER_ID/REPOSITORY_ID" };
    private readonly Option<string[]> _subjects = new("--subject") { Description = "which runs may come in, as the end of `sub`; once for each (default: branches, tags and environments, no pull requests)", HelpName = "SUBJECT" };
    private readonly Option<string[]> _principals = new("--principal") { Description = "a role or user that may assume the management role, too, such as that of the control plane's host; once for each", HelpName = "ARN" };
    private readonly Option<string[]> _values = new("--set") { Description = "the value of a parameter that a spec refers to and that is missing; once for each", HelpName = "NAME=VALUE" };

    public AwsBootstrap()
        : base("bootstrap", "show or make the repositories, buckets, parameters and roles that the specs need in an account")
    {
        Option[] options = [_plan, _apply, _specs, _region, _organization, _github, _subjects, _principals, _values];
        foreach (var option in options) Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "towpath aws bootstrap --plan",
        "towpath aws bootstrap --plan --github-id acme/web=4711/815 --organization o-a1b2c3d4e5",
        "towpath aws bootstrap --apply --github-id acme/web=4711/815 --set /web/dev/bucket=acme-web-dev",
    ];

    public override string JsonValue => "account, applied, resources: kind, name, state (same, create, change, fill, elsewhere, blocked), note, done, error, documents: name, before, after";

    protected override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Get(_plan) && call.Get(_apply)) return call.Fail(new Failure(ExitCodes.Wrong, "bad_call", "--plan and --apply exclude each other", "look with --plan first, then call again with --apply"));
        if (!Request(call).Is(out var request, out var failure)) return call.Fail(failure);
        // Whoever makes an estate acts with rights of their own, not with those of a role that is only being made.
        await using var services = new ServiceCollection().AddTowpathAws(new AwsOptions { DataFolder = Path.GetFullPath(".towpath") }).BuildServiceProvider();
        var bootstrapper = services.GetRequiredService<Bootstrapper>();
        try
        {
            return call.Get(_apply)
                ? Report(call, await bootstrapper.ApplyAsync(request, line => Progress(call, line), cancellationToken), applied: true)
                : Report(call, await bootstrapper.PlanAsync(request, cancellationToken), applied: false);
        }
        catch (AwsException e)
        {
            return call.Fail(new Failure(e.IsDenied ? ExitCodes.NotAllowed : ExitCodes.Technical, "aws", AwsWords.Of(e)));
        }
        catch (AwsConfigurationException e)
        {
            return call.Fail(new Failure(ExitCodes.Technical, "aws_configuration", e.Message));
        }
    }

    private Answer<BootstrapRequest> Request(Call call)
    {
        var specs = call.Get(_specs);
        if (specs is not null && !Directory.Exists(specs)) return Wrong("no_such_path", $"there is no folder {specs}");
        var (settings, found, errors) = Operator.Read(null, specs is null ? Environment.CurrentDirectory : Path.GetFullPath(specs));
        if (settings is null) return Wrong("invalid_settings", "towpath.yaml is wrong", errors);
        // Roles are made as specs name them: a spec that reaches outside of its project must not get one.
        var loaded = LocalTargets.Load(settings, settings.ConfigFolder, found ? settings.Limits : null);
        if (loaded.Configuration is not { } configuration) return Wrong("invalid_specs", $"the specs in {settings.ConfigFolder} are wrong; `towpath validate` shows the same", loaded.Errors);
        var environments = configuration.Applications.Values.SelectMany(a => a.Environments);
        var region = call.Get(_region) ?? settings.Aws.Region ?? AwsEndpoints.OfProcess.DefaultRegion
            ?? environments.Select(e => Core.Targets.Settings.Text(e.Target.Settings, "region")).FirstOrDefault(r => r is not null);
        if (region is null) return Wrong("no_region", "no spec names a region; give --region");
        if (!BootstrapArguments.Ids(call.Get(_github)).Is(out var ids, out var wrong) || !BootstrapArguments.Values(call.Get(_values)).Is(out var values, out wrong)) return new Answer<BootstrapRequest>(null, wrong);
        var request = new BootstrapRequest
        {
            Applications = [.. configuration.Applications.Values.OrderBy(a => a.Name, StringComparer.Ordinal)],
            Settings = settings.Aws,
            Limits = settings.Limits,
            Region = region,
            Organization = call.Get(_organization),
            GitHubIds = ids,
            Subjects = call.Get(_subjects) is { Length: > 0 } subjects ? subjects : TrustDocuments.DefaultSubjects,
            Principals = call.Get(_principals) ?? [],
            Values = values,
        };
        return request.Problems() is { Count: > 0 } problems ? Wrong("bad_call", string.Join("; ", problems)) : new Answer<BootstrapRequest>(request, null);
    }

    private static void Progress(Call call, EstateLine line)
    {
        if (line.Done) call.Terminal.Progress($"{line.Kind} {line.Name}: {(line.State.Verb == EstateVerb.Create ? "made" : $"changed ({line.State.Note})")}");
        else call.Terminal.Warn($"{line.Kind} {line.Name}: {line.Words}");
    }

    private static int Report(Call call, EstateReport report, bool applied)
    {
        var failed = report.Lines.Where(l => l.Failure is not null).ToList();
        var exit = failed.Count == 0 ? ExitCodes.Done : failed.Exists(l => l.Failure!.IsDenied) ? ExitCodes.NotAllowed : ExitCodes.Technical;
        return call.Done(BootstrapView.Of(report, applied), CliJson.Default.BootstrapView, output => EstateText.Write(report, applied, output, call.Terminal.Paint), exit);
    }

    private static Answer<BootstrapRequest> Wrong(string code, string message, IReadOnlyList<Core.Applications.SpecError>? errors = null) =>
        new(null, new Failure(ExitCodes.Wrong, code, message) { Errors = errors });
}
