using Towpath.Core.Applications;
using Towpath.Core.Gates;
using Towpath.Server.Api;

namespace Towpath.Server.Web;

public enum RefusalKind
{
    /// <summary>The request cannot be understood.</summary>
    Invalid,
    Unauthenticated,
    NotAllowed,
    NotFound,

    /// <summary>It contradicts what is so now.</summary>
    Conflict,

    /// <summary>Understood, and what it names is wrong.</summary>
    Unprocessable,
    TooMany,

    /// <summary>Somebody else who was needed does not answer, or not as they should.</summary>
    ThirdParty,
}

/// <summary>An expected no, with a stable code and what to do next. Mapped once to HTTP.</summary>
public sealed record Refusal(RefusalKind Kind, string Code, string Reason)
{
    public GateResult? Gates { get; init; }
    public IReadOnlyList<SpecError>? Errors { get; init; }

    /// <summary>After how many seconds another try makes sense.</summary>
    public int? RetryAfter { get; init; }

    public static Refusal Invalid(string code, string reason) => new(RefusalKind.Invalid, code, reason);

    public static Refusal NotAllowed(string code, string reason) => new(RefusalKind.NotAllowed, code, reason);

    public static Refusal NotFound(string code, string reason) => new(RefusalKind.NotFound, code, reason);

    public static Refusal Conflict(string code, string reason) => new(RefusalKind.Conflict, code, reason);

    public static Refusal Unprocessable(string code, string reason) => new(RefusalKind.Unprocessable, code, reason);

    public static Refusal ThirdParty(string code, string reason) => new(RefusalKind.ThirdParty, code, reason);

    public int Status => Kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        RefusalKind.NotAllowed => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Unprocessable => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.TooMany => StatusCodes.Status429TooManyRequests,
        RefusalKind.ThirdParty => StatusCodes.Status502BadGateway,
    };

    public Problem ToProblem() => new()
    {
        Title = Title, Status = Status, Detail = Reason, Code = Code, Gates = Gates, Errors = Errors,
    };

    private string Title => Kind switch
    {
        RefusalKind.Invalid => "The request is wrong",
        RefusalKind.Unauthenticated => "Who are you?",
        RefusalKind.NotAllowed => "Not allowed",
        RefusalKind.NotFound => "Not found",
        RefusalKind.Conflict => "Not possible now",
        RefusalKind.Unprocessable => "Refused",
        RefusalKind.TooMany => "Too many tries",
        RefusalKind.ThirdParty => "A third party does not answer",
    };
}

/// <summary>What a use case answers: a value, or a refusal that explains itself.</summary>
/// <param name="Value">Null exactly when there is a refusal.</param>
/// <param name="Refusal">Why not.</param>
/// <param name="IsNew">Whether the value was made by this request.</param>
public sealed record Answer<T>(T? Value, Refusal? Refusal, bool IsNew = false)
    where T : class
{
    public static implicit operator Answer<T>(T value) => new(value, null);

    public static implicit operator Answer<T>(Refusal refusal) => new(null, refusal);
}

public static class Answer
{
    public static Answer<T> New<T>(T value)
        where T : class => new(value, null, IsNew: true);
}
