using Towpath.Core.Applications;
using Towpath.Core.Deliverybot;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;

namespace Towpath.Server.Features.GitHub.Deliverybot;

/// <summary>What is to be told of a repository's file, which is not wrong.</summary>
internal static class DeliverybotRemarks
{
    /// <param name="listed">Whose.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="stored">The configuration that it stands beside.</param>
    public static IReadOnlyList<DeliverybotNote> Of(DeliverybotRepository listed, string text, StoredConfiguration? stored)
    {
        var spec = $"{ConfigurationFolder.Applications}{listed.Application}.yaml";
        var notes = DeliverybotReader.Read(text).File?.Notes ?? [];
        return stored?.Files.ContainsKey(spec) is true
            ? [new DeliverybotNote(1, "superseded", $"'{spec}' counts instead of this file; take '{listed.At.Repository}' out of `config.deliverybot` of towpath.yaml"), .. notes]
            : notes;
    }
}
