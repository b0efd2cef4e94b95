namespace Towpath.AwsEmulator.Calling;

/// <summary>An error with AWS's code, message and status; the service's <see cref="Protocols.WireProtocol"/> writes it.</summary>
public sealed class AwsFault(string code, string message, int status = StatusCodes.Status400BadRequest) : Exception(message)
{
    public string Code { get; } = code;

    public int Status { get; } = status;

    /// <summary>More members of the error, such as S3's Key or a JSON service's own fields.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
