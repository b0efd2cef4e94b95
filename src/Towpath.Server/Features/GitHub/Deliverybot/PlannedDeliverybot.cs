using Towpath.Core.Applications;
using Towpath.Core.Commands;
using Towpath.Core.Deliverybot;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Features.GitHub.Configuration;

namespace Towpath.Server.Features.GitHub.Deliverybot;

/// <summary>Plans what a pull request changes of its repository's <c>.github/deploy.yml</c>, against what is in force. It is read and checked as the branch's own is, and nothing comes of it.</summary>
internal sealed class PlannedDeliverybot(ServerOptions options, IStore store, Configurations configurations, DeliverybotBlobs blobs) : IPullPlan
{
    public ConfigurationRepository? Wanted(string repository) => Listed(repository)?.At;

    public bool IsOne(string path) => path is DeliverybotReader.FileName or ".github";

    public async Task<ConfigurationPlan> PlanAsync(PlannedPull pull, CancellationToken cancellationToken)
    {
        if (Listed(pull.Into.At.FullName) is not { } listed) return new ConfigurationPlan();
        pull.Spending.Calls(DeliverybotBlobs.MostCalls);
        var blob = await blobs.ReadAsync(pull.Into.At, pull.Pull.Head.Sha, cancellationToken);
        if (blob.Unreadable is { } why) return ConfigurationPlan.Wrong([new SpecError(DeliverybotReader.FileName, 1, 1, "unreadable", why)]);
        var tried = await configurations.TryAsync(listed.Place, blob.Text, cancellationToken);
        if (tried.Configuration is not { } after) return ConfigurationPlan.Wrong([.. tried.Errors.Select(error => error with { File = DeliverybotReader.FileName })]);
        var before = await configurations.CurrentAsync(cancellationToken);
        return new ConfigurationPlan
        {
            Changes = ConfigurationDifference.Of(Only(before, listed), Only(after, listed)),
            Notes = await NotesAsync(listed, blob.Text, cancellationToken),
        };
    }

    /// <summary>What the file in force gives no cause to say.</summary>
    private async Task<IReadOnlyList<PlanNote>> NotesAsync(DeliverybotRepository listed, string? text, CancellationToken cancellationToken)
    {
        if (text is null) return [];
        var stored = await store.Configuration.CurrentAsync(cancellationToken);
        var known = stored?.Files.GetValueOrDefault(listed.Place.Path) is { } before ? DeliverybotReader.Read(before).File?.Notes ?? [] : [];
        var said = known.Select(note => note.Message).ToHashSet(StringComparer.Ordinal);
        return [.. DeliverybotRemarks.Of(listed, text, stored).Where(note => !said.Contains(note.Message)).Select(note => new PlanNote(note.Message, $"{DeliverybotReader.FileName}:{note.Line}"))];
    }

    /// <summary>Of others this file says nothing.</summary>
    private static Core.Applications.Configuration Only(Core.Applications.Configuration all, DeliverybotRepository listed) => Core.Applications.Configuration.Empty with
    {
        Applications = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(all.Applications.Where(one => one.Key == listed.Application), StringComparer.Ordinal),
    };

    private DeliverybotRepository? Listed(string repository) => options.Deliverybot.FirstOrDefault(one => string.Equals(one.At.Repository, repository, StringComparison.OrdinalIgnoreCase));
}
