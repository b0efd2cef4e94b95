using Towpath.Core.Targets;
using Towpath.Engine.Storage;

namespace Towpath.Server.Features.Environments;

/// <summary>Asks a target what runs there, within a time limit. Whatever goes wrong is an answer.</summary>
public sealed partial class TargetEyes(TargetQuestions questions, TimeProvider time, ILogger<TargetEyes> logger)
{
    /// <summary>Less than any request may take.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public async Task<ObserveResult> ObserveAsync(EnvironmentOfApplication place, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await questions.ObserveAsync(place.Application, place.Environment, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ObserveResult.Refused($"the target did not answer within {Longest.TotalSeconds:0} seconds; ask again, or look at the target itself", RefusalKind.Technical);
        }
#pragma warning disable CA1031 // What a target throws is its own; a look must not become a fault of the server.
        catch (Exception exception) when (exception is not (OperationCanceledException or StoreUnavailableException))
#pragma warning restore CA1031
        {
            Log.NotObserved(logger, exception, place.Key.ToString());
            return new ObserveResult.Refused($"the target could not be asked ({exception.GetType().Name}); the control plane's log has the details", RefusalKind.Technical);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Environment}: the target could not be asked what runs")]
        public static partial void NotObserved(ILogger logger, Exception exception, string environment);
    }
}
