using System.Globalization;
using Towpath.Core.Commands;
using Towpath.Engine.Storage;

namespace Towpath.Server.Features.GitHub.Commands;

/// <summary>The row that has a command answered: those of one pull request in the order in which they came.</summary>
internal static class CommandWork
{
    public const string Kind = "pull-command";

    public static Change Of(PullCommand command) => new Change.EnqueueWork(new WorkItem
    {
        Kind = Kind, Queue = string.Create(CultureInfo.InvariantCulture, $"{Kind}:{command.RepositoryId}/{command.Number}"),
        Subject = string.Create(CultureInfo.InvariantCulture, $"{command.RepositoryId}/{command.CommentId}"),
    });

    public static (long Repository, long Comment) Parse(string subject) => Numbers.Pair(subject);
}

/// <summary>Subjects of two numbers.</summary>
internal static class Numbers
{
    public static (long First, long Second) Pair(string subject)
    {
        var slash = subject.IndexOf('/', StringComparison.Ordinal);
        return (long.Parse(subject.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture), long.Parse(subject.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }
}
