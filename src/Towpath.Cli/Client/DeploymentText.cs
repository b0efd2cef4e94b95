using Towpath.Cli.Output;
using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>One deployment in lines for people.</summary>
internal sealed class DeploymentText(Paint paint)
{
    public void Write(TextWriter output, DeploymentView deployment)
    {
        output.WriteLine($"{Title(deployment)}: {PhaseWords.Painted(deployment.Phase, paint)}");
        if (deployment.Phase is Phase.Waiting) new GateTree(paint).Write(output, deployment.Explanation);
        if (deployment.Outcome is { } outcome) output.WriteLine($"  why: {Terminal.Clean(outcome)}");
        if (RolledBackTo(deployment) is { } rollback) output.WriteLine($"  {Terminal.Clean(rollback)}");
        if (deployment.Attention is { } attention)
        {
            output.WriteLine($"  needs a person: {Terminal.Clean(attention.Reason)}");
            output.WriteLine($"  what to do: {Terminal.Clean(attention.WhatToDo)}");
        }

        output.WriteLine($"  {deployment.Url}");
    }

    /// <summary>What became of the environment after a failure, said plainly.</summary>
    public static string? RolledBackTo(DeploymentView deployment) => deployment.Phase switch
    {
        Phase.RolledBack => $"rolled back: {deployment.KnownGood?.Version} ({deployment.KnownGood?.Digest.Short}) runs again",
        Phase.RollbackFailed => $"the rollback failed, too: {deployment.Key()} may run either version",
        Phase.Failed or Phase.Waiting or Phase.Queued or Phase.Running or Phase.Verifying or Phase.RollingBack or Phase.NeedsAttention
            or Phase.Succeeded or Phase.Cancelled or Phase.Superseded => null,
    };

    private static string Title(DeploymentView deployment) =>
        $"{deployment.Key()} {Terminal.Clean(deployment.Version)} ({deployment.Digest.Short}), deployment {new DeploymentId(deployment.Id).Short}";
}

internal static class DeploymentKeys
{
    public static string Key(this DeploymentSummary deployment) => $"{deployment.Application}/{deployment.Environment}";
}
