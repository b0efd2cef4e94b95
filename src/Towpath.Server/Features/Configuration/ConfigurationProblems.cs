using Towpath.Core.Applications;
using Towpath.Server.Security;

namespace Towpath.Server.Features.Configuration;

/// <summary>What keeps the folder's newest content from being taken up, as the watcher last found it.</summary>
public sealed class ConfigurationProblems
{
    private IReadOnlyList<SpecError> _all = [];

    public IReadOnlyList<SpecError> All
    {
        get => Volatile.Read(ref _all);
        internal set => Volatile.Write(ref _all, value);
    }

    /// <summary>Those about files of applications that the caller may read; about other files, for who may read everything.</summary>
    public IReadOnlyList<SpecError> For(Rights rights) => [.. All.Where(problem => rights.May(Permission.Read, ApplicationOf(problem.File)))];

    private static string? ApplicationOf(string file) =>
        file.StartsWith(ConfigurationFolder.Applications, StringComparison.Ordinal) && file.EndsWith(".yaml", StringComparison.Ordinal)
            ? file[ConfigurationFolder.Applications.Length..^".yaml".Length]
            : null;
}
