using System.CommandLine;
using System.CommandLine.Help;
using Towpath.Cli.Commands;
using Towpath.Cli.Output;

namespace Towpath.Cli.CommandLine;

/// <summary>All commands.</summary>
internal static class Tree
{
    internal static IReadOnlyList<string> Examples { get; } =
    [
        "towpath demo                                  # the whole story on this machine, in under a minute",
        "towpath up                                    # the control plane with its dashboard",
        "towpath promote web --to staging --wait       # ask, and wait until it runs there",
        "towpath approve web --env production",
        "towpath status",
        "towpath deploy web --env dev --version v1.4.2 --plan   # what would change, without a control plane",
    ];

    internal static IReadOnlyList<(string, string)> Variables { get; } =
    [
        ("TOWPATH_URL", "the control plane; else `urls` of towpath.yaml here, else http://127.0.0.1:8470"),
        ("TOWPATH_TOKEN", "an API token; else, for a control plane on this machine, .towpath/admin.token here"),
        ("NO_COLOR", "no colours"),
    ];

    public static RootCommand Build()
    {
        var root = new RootCommand("carries one build through dev, staging and production")
        {
            new Up(), new DemoVerb(), new Validate(), new Group("build", "tell of builds", new BuildAdd()),
            new Promote(), new Approve(), new Reject(), new Cancel(), new Retry(), new Rollback(), new Deploy(), new Verify(), new Observe(), new Adopt(),
            new Status(), new History(), new Logs(), new Commands.Lock(), new Unlock(), new Pin(), new Unpin(), new Resume(),
            new Group("token", "API tokens and first access", new TokenCreate(), new TokenList(), new TokenRevoke(), new TokenLoginUrl()),
            new Tag(),
            new Group("deliveries", "webhooks that GitHub sent", new DeliveriesList(), new DeliveriesShow(), new DeliveriesReplay()),
            new Group("github", "what is at GitHub", new GitHubEnvironmentsVerb()),
            new Group("aws", "accounts of AWS", new AwsBootstrap()),
            new Group("audit", "the audit log", new AuditExport(), new AuditVerify()),
            Globals.Json,
            Globals.NoColor,
        };
        foreach (var option in root.Options.OfType<HelpOption>()) (option.Description, option.Action) = ("show help", new Help());
        foreach (var option in root.Options.OfType<VersionOption>()) option.Description = "show the version";
        return root;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Build().Parse(args);
        if (args.Length == 0) return new Help().Invoke(parsed);
        if (parsed.Errors.Count > 0 && parsed.Action is not Help) return Misunderstood(parsed, args);
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(45) });
    }

    private static int Misunderstood(ParseResult parsed, string[] args)
    {
        // A call that was not understood may still have said how it wants its answer.
        var terminal = Terminal.OfProcess(args.Contains(Globals.Json.Name, StringComparer.Ordinal), args.Contains(Globals.NoColor.Name, StringComparer.Ordinal));
        terminal.Fail(ParseErrors.Of(parsed));
        return ExitCodes.Wrong;
    }
}

/// <summary>A command that only holds others.</summary>
internal sealed class Group : Command
{
    public Group(string name, string description, params Command[] commands)
        : base(name, description)
    {
        foreach (var command in commands) Add(command);
    }
}
