using Towpath.Aws.Calling;
using Towpath.Aws.Steps;

namespace Towpath.Aws.Bootstrap;

/// <summary>Compares an estate with what is there, and makes it so.</summary>
public sealed class Bootstrapper(EstatePlanner planner, AwsCaller caller)
{
    /// <summary>Looks at everything. Changes nothing.</summary>
    public async Task<EstateReport> PlanAsync(BootstrapRequest request, CancellationToken cancellationToken)
    {
        var account = await AccountAsync(request.Region, cancellationToken);
        var lines = new List<EstateLine>();
        foreach (var resource in await planner.PlanAsync(request, account, cancellationToken)) lines.Add(await LineAsync(resource, account, cancellationToken));
        return new EstateReport(account, lines);
    }

    /// <summary>Makes what is missing and changes what differs, one after another; what fails keeps nothing else from being made.</summary>
    /// <param name="request">What for.</param>
    /// <param name="progress">Told of each thing that is done or failed.</param>
    /// <param name="cancellationToken">Stops between two things.</param>
    public async Task<EstateReport> ApplyAsync(BootstrapRequest request, Action<EstateLine> progress, CancellationToken cancellationToken)
    {
        var account = await AccountAsync(request.Region, cancellationToken);
        var lines = new List<EstateLine>();
        foreach (var resource in await planner.PlanAsync(request, account, cancellationToken))
        {
            var line = await LineAsync(resource, account, cancellationToken);
            if (line.State.IsToDo && line.Failure is null)
            {
                line = await DoAsync(resource, line, cancellationToken);
                progress(line);
            }

            lines.Add(line);
        }

        return new EstateReport(account, lines);
    }

    private static async Task<EstateLine> DoAsync(EstateResource resource, EstateLine line, CancellationToken cancellationToken)
    {
        try
        {
            await resource.ApplyAsync(cancellationToken);
            return line with { Done = true };
        }
        catch (AwsException e)
        {
            return line with { Failure = e, Words = AwsWords.Of(e) };
        }
    }

    private static async Task<EstateLine> LineAsync(EstateResource resource, string account, CancellationToken cancellationToken)
    {
        if (resource.Account is { } other && other != account)
            return new EstateLine(resource.Kind, resource.Name, new EstateState(EstateVerb.Elsewhere, $"call with credentials of account {other} for it"));
        try
        {
            return new EstateLine(resource.Kind, resource.Name, await resource.LookAsync(cancellationToken));
        }
        catch (AwsException e)
        {
            return new EstateLine(resource.Kind, resource.Name, new EstateState(EstateVerb.Blocked, "it cannot be looked at")) { Failure = e, Words = AwsWords.Of(e) };
        }
    }

    private async Task<string> AccountAsync(string region, CancellationToken cancellationToken)
    {
        var who = await caller.CallAsync(new AwsScope(region, null, "towpath-bootstrap"), new AwsQuery.QueryOperation(AwsService.Sts, "2011-06-15", "GetCallerIdentity"), [], cancellationToken);
        return who.Text("Account");
    }
}

/// <param name="Account">The caller's.</param>
/// <param name="Lines">Everything, in the order in which it is made.</param>
public sealed record EstateReport(string Account, IReadOnlyList<EstateLine> Lines);

/// <param name="Kind">What it is.</param>
/// <param name="Name">Which one.</param>
/// <param name="State">What has to be done about it.</param>
public sealed record EstateLine(string Kind, string Name, EstateState State)
{
    /// <summary>It was done.</summary>
    public bool Done { get; init; }

    public AwsException? Failure { get; init; }

    /// <summary>Why it failed and what to do next.</summary>
    public string? Words { get; init; }
}
