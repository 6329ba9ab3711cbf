namespace Gatehouse.Protocol;

/// <summary>A type whose only constructor is private: holding one proves that its rules were checked.</summary>
internal interface IParsed<TSelf> where TSelf : class, IParsed<TSelf>
{
    static abstract Result<TSelf> Parse(Parameters form);
}
