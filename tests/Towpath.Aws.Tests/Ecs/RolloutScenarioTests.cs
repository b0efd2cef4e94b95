using System.Text;
using System.Text.RegularExpressions;
using Towpath.Core.Deployments;
using Towpath.Testing;

namespace Towpath.Aws.Tests.Ecs;

/// <summary>Every scripted rollout, with what becomes of it and the words in which it is told.</summary>
public sealed partial class RolloutScenarioTests
{
    [Fact, Trait("Row", "C6"), Trait("Row", "T4"), Trait("Row", "P6")]
    public async Task Every_rollout_ends_as_it_should_and_says_why()
    {
        var told = new StringBuilder();
        foreach (var scripted in ScriptedRollout.All) told.Append(await TellAsync(scripted));
        Snapshot.Matches(told.ToString());
    }

    private static async Task<string> TellAsync(ScriptedRollout scripted)
    {
        await using var bed = await scripted.StartAsync();
        var run = scripted.Deployment(bed);
        var ended = await run.BeginAndRunAsync();
        var text = new StringBuilder().Append($"== {scripted.Name}: {Words.Of(ended.Phase)}, runs {(bed.RunningImage() == EcsBed.ImageOf("v2") ? "v2" : "v1")}, {bed.Revisions} revisions, {bed.ServiceDeployments} service deployments, parameter {await bed.ParameterAsync()}\n");
        if (bed.Others() is { Length: > 0 } others) text.Append($"others: {others}\n");
        if (ended.Outcome is { } outcome) text.Append($"why: {Scrub(outcome)}\n");
        if (ended.Attention is { } attention) text.Append($"attention: {Scrub(attention.Reason)}\n");
        foreach (var task in bed.OneOffTasks) text.Append($"ran: {task}\n");
        foreach (var line in run.Journal.Lines) text.Append($"  {Scrub(line)}\n");
        foreach (var progress in run.Journal.Progress.Select(Scrub).Distinct()) text.Append($"  … {progress}\n");
        Assert.True(run.Journal.LongestSleep <= TimeSpan.FromSeconds(5));
        return text.Append('\n').ToString();
    }

    internal static string Scrub(string text) => Ids().Replace(text, "ID");

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=hook )[A-Za-z0-9]{12}|[0-9a-f]{32}|(?<=ecs-svc/)[0-9]{19}|(?<=deployment )[A-Za-z0-9]{21}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ids();
}
