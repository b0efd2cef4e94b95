using Towpath.Core.Applications;
using Towpath.Core.Commands;
using Towpath.Core.Operators;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.Configuration;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>
/// Plans what a pull request changes of <c>organization.yaml</c> and <c>apps/</c>. What it holds is read and checked, never run and never in force; so it makes no difference
/// whose it is, but for how much is read.
/// </summary>
internal sealed class PlannedConfiguration(ServerOptions options, TreesApi trees, ContentsApi contents, ConfigurationLoader loader) : IPullPlan
{
    /// <summary>The branch's own files, of the last reading: they are not read again for each pull request.</summary>
    private IReadOnlyDictionary<string, byte[]> _kept = new Dictionary<string, byte[]>(StringComparer.Ordinal);

    public ConfigurationRepository? Wanted(string repository) =>
        options.ConfigurationRepository is { } ours && string.Equals(ours.Repository, repository, StringComparison.OrdinalIgnoreCase) ? ours : null;

    public bool IsOne(string path) => ConfigurationFolder.IsSpec(path) || path.StartsWith(ConfigurationFolder.Applications, StringComparison.Ordinal) || path == "apps";

    public async Task<ConfigurationPlan> PlanAsync(PlannedPull pull, CancellationToken cancellationToken)
    {
        if (pull.Spending.IsFork && pull.Changed.Count(IsOne) > ForkBudget.MostFiles) return ConfigurationPlan.TooLarge;
        var (at, commit) = (pull.Into.At, pull.Pull.Head.Sha);
        var reader = new TreeReader(trees, contents, _kept);
        var before = await reader.ReadAsync(at, pull.Into.Commit, cancellationToken);
        _kept = reader.Read;
        pull.Spending.Calls(TreeReader.FoldersRead);
        var ofHead = new TreeReader(trees, contents, reader.Read, pull.Spending.Files);
        var head = await ofHead.ReadAsync(at, commit, cancellationToken);
        return ofHead.IsCut ? ConfigurationPlan.TooLarge : Plan(before, Merged(before, head, pull.Changed), commit);
    }

    private ConfigurationPlan Plan(FolderReading before, FolderReading after, string head)
    {
        if (after.Problems.Count > 0) return ConfigurationPlan.Wrong(after.Problems);
        var loaded = loader.Load(after.ToFiles(head), options.Limits);
        if (loaded.Configuration is not { } configuration) return ConfigurationPlan.Wrong(loaded.Errors);
        var now = before.Problems.Count > 0 ? null : loader.Load(before.ToFiles(null), limits: null).Configuration;
        return new ConfigurationPlan
        {
            Changes = ConfigurationDifference.Of(now ?? Core.Applications.Configuration.Empty, configuration),
            Notes = now is null ? [new PlanNote("what stands on the branch now is wrong itself; this is compared with an empty configuration")] : [],
        };
    }

    /// <summary>What the branch got since the pull request left it stays; of the rest, the pull request's word counts.</summary>
    private static FolderReading Merged(FolderReading before, FolderReading head, IReadOnlySet<string> changed)
    {
        var files = before.Files.Where(file => !changed.Contains(file.Key)).Concat(head.Files.Where(file => changed.Contains(file.Key) || !before.Files.ContainsKey(file.Key) && !ConfigurationFolder.IsSpec(file.Key)))
            .ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);
        return new FolderReading(files, [.. head.Problems.Where(problem => changed.Contains(problem.File)), .. before.Problems.Where(problem => !changed.Contains(problem.File))]);
    }
}
