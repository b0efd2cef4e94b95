namespace Towpath.Engine.Storage;

/// <summary>The database cannot be used as it is, and trying again will not help: the message says what a person has to do.</summary>
public sealed class StoreRefusedException : Exception
{
    public StoreRefusedException() : base("the database cannot be used")
    {
    }

    public StoreRefusedException(string message) : base(message)
    {
    }

    public StoreRefusedException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
