using System.Collections.Frozen;
using Towpath.Core.Applications;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>The applications of each repository, made once for each configuration that comes into force.</summary>
public sealed class RepositoryApplications
{
    private Known _known = new(Core.Applications.Configuration.Empty);

    public IReadOnlyList<ApplicationSpec> Of(Core.Applications.Configuration configuration, string repository)
    {
        var known = _known;
        if (!ReferenceEquals(known.Configuration, configuration)) _known = known = new Known(configuration);
        return known.ByRepository.GetValueOrDefault(repository) ?? [];
    }

    /// <summary>The repositories that any application names.</summary>
    public static IReadOnlyList<string> Names(Core.Applications.Configuration configuration) =>
        [.. configuration.Applications.Values.Select(application => application.Repository).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];

    private sealed class Known(Core.Applications.Configuration configuration)
    {
        public Core.Applications.Configuration Configuration { get; } = configuration;

        public FrozenDictionary<string, ApplicationSpec[]> ByRepository { get; } = configuration.Applications.Values
            .Where(application => application.Repository is not null)
            .GroupBy(application => application.Repository!, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(same => same.Key, same => same.OrderBy(application => application.Name, StringComparer.Ordinal).ToArray(), StringComparer.OrdinalIgnoreCase);
    }
}
