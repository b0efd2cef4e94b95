using System.Globalization;
using Towpath.Engine.Storage;

namespace Towpath.Server.Features.GitHub.Releases;

/// <summary>The row that brings an application's draft up to date. A push is told of several times over: what follows within seconds is one look.</summary>
internal static class DraftWork
{
    public const string Kind = "release-draft";

    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(1);

    public static Change Of(string application) => new Change.EnqueueOnce(new WorkItem { Kind = Kind, Queue = $"{Kind}:{application}", Subject = application, Delay = Gather });
}

/// <summary>The row that has a published release followed.</summary>
internal static class PublishedWork
{
    public const string Kind = "release-published";

    public static Change Of(long repository, long release)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"{repository}/{release}");
        return new Change.EnqueueOnce(new WorkItem { Kind = Kind, Queue = $"{Kind}:{subject}", Subject = subject });
    }

    /// <summary>Who published it, which nothing but the delivery tells: its author is who drafted it.</summary>
    public static Change By(long repository, long release, string login) => new Change.SaveSetting(Publisher(string.Create(CultureInfo.InvariantCulture, $"{repository}/{release}")), login);

    public static string Publisher(string subject) => $"github.release-by:{subject}";

    /// <summary>Where it is remembered what a release came to.</summary>
    public static string Setting(string subject, string application) => $"github.release:{subject}/{application}";
}
