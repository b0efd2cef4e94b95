using Towpath.Aws.Bootstrap;

namespace Towpath.Cli.Output;

/// <summary>What <c>aws bootstrap</c> found and did.</summary>
internal sealed record BootstrapView(string Account, bool Applied, IReadOnlyList<BootstrapResource> Resources)
{
    public static BootstrapView Of(EstateReport report, bool applied) => new(report.Account, applied, [.. report.Lines.Select(BootstrapResource.Of)]);
}

/// <param name="Kind">What it is.</param>
/// <param name="Name">Which one.</param>
/// <param name="State">What has to be done, or had to be.</param>
/// <param name="Note">Why, or what to do.</param>
/// <param name="Done">With <c>--apply</c>: it was done by this call.</param>
/// <param name="Error">Why it failed and what to do next.</param>
/// <param name="Documents">What of it is made or changed.</param>
internal sealed record BootstrapResource(string Kind, string Name, EstateVerb State, string? Note, bool Done, string? Error, IReadOnlyList<BootstrapDocument> Documents)
{
    public static BootstrapResource Of(EstateLine line) => new(
        line.Kind, line.Name, line.State.Verb, line.State.Note, line.Done, line.Words, [.. line.State.Aspects.Select(a => new BootstrapDocument(a.Name, a.Before, a.After))]);
}

internal sealed record BootstrapDocument(string Name, string? Before, string After);
