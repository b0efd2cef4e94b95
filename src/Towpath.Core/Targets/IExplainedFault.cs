namespace Towpath.Core.Targets;

/// <summary>An exception of the world outside that explains itself: what kind of no it is, and the one thing to do next. Its words hold no secret and are shown to people.</summary>
public interface IExplainedFault
{
    /// <summary>Stable, such as <c>denied</c>.</summary>
    string FaultCode { get; }

    RefusalKind Kind { get; }

    /// <summary>What happened, and the one thing to do next.</summary>
    string Explanation { get; }
}
