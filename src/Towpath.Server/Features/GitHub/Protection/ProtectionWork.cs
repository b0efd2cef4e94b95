using System.Globalization;
using Towpath.Engine.Storage;

namespace Towpath.Server.Features.GitHub.Protection;

/// <summary>The rows of runs that wait for an answer, and of applications whose runs may have one now.</summary>
internal static class ProtectionWork
{
    public const string Answer = "answer-protection-rule";
    public const string Look = "look-at-protection-rules";

    public static Change Of(ProtectionRequest request, TimeSpan delay = default)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"{request.RepositoryId} {request.RunId} {request.Environment}");
        return new Change.EnqueueOnce(new WorkItem { Kind = Answer, Queue = $"{Answer}:{subject}", Subject = subject, Delay = delay });
    }

    public static (long Repository, long Run, string Environment) Read(ClaimedWork work)
    {
        var parts = work.Subject.Split(' ', 3);
        return (long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture), long.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture), parts[2]);
    }

    /// <summary>The runs that wait for an environment of this application are looked at again.</summary>
    public static Change Of(string application) =>
        new Change.EnqueueOnce(new WorkItem { Kind = Look, Queue = $"{Look}:{application}", Subject = application });
}
