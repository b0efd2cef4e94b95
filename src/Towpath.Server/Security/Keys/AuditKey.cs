namespace Towpath.Server.Security.Keys;

/// <summary>Signs the head of exported audit logs; kept in a file, outside the database whose log it vouches for.</summary>
public sealed record AuditKey(byte[] Value)
{
    public const string FileName = "audit.key";
}
