// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_query.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/music/pitch.h"
#include "ui/dataset/piece_facts.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace continuo::ui {

namespace {

struct QueryWords
{
    Q_DECLARE_TR_FUNCTIONS(continuo::ui::PieceQuery)
};

using Test = PieceTerm::Test;
using Kind = PieceTerm::Kind;

/// A piece of the search before its value is looked at.
struct Token
{
    QString name{};  ///< Empty: plain words.
    QString sign{};  ///< The operator.
    QString value{}; ///< Without quotes.
    bool isNegated = false;
    bool isQuoted = false;
    int start = 0;
    int length = 0;
};

bool isNameLetter(QChar letter)
{
    return (letter >= QLatin1Char('a') && letter <= QLatin1Char('z')) ||
           (letter >= QLatin1Char('A') && letter <= QLatin1Char('Z')) || letter == QLatin1Char('_');
}

/// Cuts a search into tokens.
class Cutter
{
public:
    explicit Cutter(const QString& search)
        : m_text(search)
    {
    }

    std::vector<Token> cut()
    {
        std::vector<Token> tokens;
        for (;;) {
            skipSpace();
            if (m_at >= m_text.size())
                return tokens;
            Token token;
            token.start = static_cast<int>(m_at);
            takeNegation(token);
            takeTerm(token);
            token.length = static_cast<int>(m_at) - token.start;
            tokens.push_back(std::move(token));
        }
    }

private:
    void skipSpace()
    {
        while (m_at < m_text.size() && m_text[m_at].isSpace())
            ++m_at;
    }

    void takeNegation(Token& token)
    {
        for (;;) {
            const QStringView rest = QStringView(m_text).mid(m_at);
            qsizetype end = 0;
            if (rest.startsWith(QLatin1Char('-')))
                end = 1;
            else if (rest.startsWith(QLatin1String("NOT")) && rest.size() > 3 && rest[3].isSpace())
                end = 3;
            qsizetype next = end;
            while (end == 3 && next < rest.size() && rest[next].isSpace())
                ++next;
            if (end == 0 || next >= rest.size() || rest[next].isSpace())
                return;
            token.isNegated = !token.isNegated;
            m_at += next;
        }
    }

    QString signAt(qsizetype at) const
    {
        static const QString kSigns[] = {
            QStringLiteral("!="), QStringLiteral("<="), QStringLiteral(">="), QStringLiteral("≠"),
            QStringLiteral("≤"),  QStringLiteral("≥"),  QStringLiteral("="),  QStringLiteral("<"),
            QStringLiteral(">"),  QStringLiteral(":")};
        for (const QString& sign : kSigns) {
            if (QStringView(m_text).mid(at).startsWith(sign))
                return sign;
        }
        return {};
    }

    void takeTerm(Token& token)
    {
        qsizetype end = m_at;
        while (end < m_text.size() &&
               (isNameLetter(m_text[end]) || (end > m_at && m_text[end] == QLatin1Char('-'))))
            ++end;
        qsizetype sign = end;
        const QString name = m_text.mid(m_at, end - m_at).toLower();
        // "notes > 100": spaces are taken in where the word before them is a fact.
        if (factNamed(name)) {
            while (sign < m_text.size() && m_text[sign].isSpace())
                ++sign;
            if (sign > end && signAt(sign) == QLatin1String(":"))
                sign = end;
        }
        token.sign = end > m_at ? signAt(sign) : QString();
        if (token.sign.isEmpty()) {
            takeValue(token);
            return;
        }
        token.name = name;
        m_at = sign + token.sign.size();
        const qsizetype behind = m_at;
        skipSpace();
        // A sign with nothing behind it but another term has no value.
        if (m_at > behind && startsTerm())
            m_at = behind;
        else
            takeValue(token);
    }

    /// Whether a term with a known name begins here.
    bool startsTerm() const
    {
        qsizetype end = m_at;
        while (end < m_text.size() &&
               (isNameLetter(m_text[end]) || (end > m_at && m_text[end] == QLatin1Char('-'))))
            ++end;
        return !signAt(end).isEmpty() && factNamed(m_text.mid(m_at, end - m_at).toLower());
    }

    void takeValue(Token& token)
    {
        const auto isQuote = [](QChar letter) {
            return letter == QLatin1Char('"') || letter == QChar(0x201c) || letter == QChar(0x201d);
        };
        if (m_at < m_text.size() && isQuote(m_text[m_at])) {
            token.isQuoted = true;
            qsizetype end = m_at + 1;
            while (end < m_text.size() && !isQuote(m_text[end]))
                ++end;
            token.value = m_text.mid(m_at + 1, end - m_at - 1);
            m_at = std::min(end + 1, m_text.size());
            return;
        }
        const qsizetype start = m_at;
        while (m_at < m_text.size() && !m_text[m_at].isSpace())
            ++m_at;
        token.value = m_text.mid(start, m_at - start);
    }

    const QString& m_text;
    qsizetype m_at = 0;
};

Test testOf(const QString& sign)
{
    static const std::pair<QLatin1String, Test> kTests[] = {{QLatin1String("<"), Test::Less},
                                                            {QLatin1String("<="), Test::AtMost},
                                                            {QLatin1String(">"), Test::Greater},
                                                            {QLatin1String(">="), Test::AtLeast},
                                                            {QLatin1String("!="), Test::Unequal}};
    for (const auto& [text, test] : kTests) {
        if (sign == text)
            return test;
    }
    if (sign == QStringLiteral("≤"))
        return Test::AtMost;
    if (sign == QStringLiteral("≥"))
        return Test::AtLeast;
    return sign == QStringLiteral("≠") ? Test::Unequal : Test::Equal;
}

struct Number
{
    double value = 0;
    double tolerance = 0;
};

/// "100", "1.5", "1,5": equal means equal to as many digits.
std::optional<Number> numberIn(const QString& text)
{
    QString plain = text.trimmed();
    plain.replace(QLatin1Char(','), QLatin1Char('.'));
    const std::optional<double> value = parseNumber(plain.toStdString());
    if (!value)
        return std::nullopt;
    const qsizetype point = plain.indexOf(QLatin1Char('.'));
    const auto digits = static_cast<double>(point < 0 ? 0 : plain.size() - point - 1);
    return Number{*value, 0.5 * std::pow(10.0, -digits)};
}

/// "90", "1:30", "1:02:03".
std::optional<Number> secondsIn(const QString& text)
{
    const QStringList parts = text.trimmed().split(QLatin1Char(':'));
    if (parts.size() == 1)
        return numberIn(text);
    if (parts.size() > 3)
        return std::nullopt;
    double seconds = 0;
    for (const QString& part : parts) {
        const std::optional<std::int64_t> number = parseInteger(part.toStdString());
        if (!number || *number < 0 || *number > 100'000)
            return std::nullopt;
        seconds = seconds * 60 + static_cast<double>(*number);
    }
    return Number{seconds, 0.5};
}

QString withPlainSigns(QString text)
{
    return text.replace(QChar(0x266d), QLatin1Char('b')).replace(QChar(0x266f), QLatin1Char('#'));
}

std::optional<int> pitchIn(const QString& text)
{
    const std::optional<Pitch> pitch = parsePitch(withPlainSigns(text.trimmed()).toStdString());
    return pitch ? std::optional<int>(pitch->value) : std::nullopt;
}

/// "D4-G5", "40-100": two values with a dash between them.
template <typename Read>
std::optional<std::pair<int, int>> spanIn(const QString& text, Read read)
{
    QString plain = text.trimmed();
    plain.replace(QChar(0x2013), QLatin1Char('-'));
    for (qsizetype dash = plain.indexOf(QLatin1Char('-'), 1); dash > 0;
         dash = plain.indexOf(QLatin1Char('-'), dash + 1)) {
        const auto from = read(plain.left(dash));
        const auto to = read(plain.mid(dash + 1));
        if (from && to)
            return std::pair(std::min<int>(*from, *to), std::max<int>(*from, *to));
    }
    return std::nullopt;
}

/// Bit 2·tonic for major and 2·tonic + 1 for minor, and kNoKey; 0: not understood.
std::uint64_t keysIn(const QString& value)
{
    const QString text = withPlainSigns(value.trimmed());
    const QString lower = text.toLower();
    std::uint64_t all = 0;
    for (int tonic = 0; tonic < 12; ++tonic)
        all |= keyBit({tonic, Mode::Major});
    if (lower == QLatin1String("major"))
        return all;
    if (lower == QLatin1String("minor"))
        return all << 1;
    if (lower == QLatin1String("none"))
        return kNoKey;
    const std::optional<Key> key = parseKey(text.toStdString());
    return key ? keyBit(*key) : 0;
}

std::optional<Meter> meterIn(const QString& value)
{
    const QStringList parts = value.trimmed().split(QLatin1Char('/'));
    if (parts.size() != 2)
        return std::nullopt;
    const auto upper = parseInteger(parts[0].toStdString());
    const auto lower = parseInteger(parts[1].toStdString());
    if (!upper || !lower || *upper < 1 || *upper > 255 || *lower < 1 || *lower > 256)
        return std::nullopt;
    return Meter{static_cast<int>(*upper), static_cast<int>(*lower)};
}

/// The problems whose name holds the text; "none" is kNoProblem.
std::uint64_t problemsIn(const QString& value)
{
    const QString wanted = value.trimmed().toLower().replace(QLatin1Char('-'), QLatin1Char(' '));
    if (wanted == QLatin1String("none"))
        return kNoProblem;
    std::uint64_t found = 0;
    for (std::size_t i = 0; i < kProblemCount && !wanted.isEmpty(); ++i) {
        const auto problem = static_cast<continuo::Problem>(i);
        const std::string_view name = problemName(problem);
        const QString names = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())) +
                              QLatin1Char('\n') + problemGroupInWords(problem).toLower();
        if (QString(names).replace(QLatin1Char('-'), QLatin1Char(' ')).contains(wanted))
            found |= problemBit(problem);
    }
    return found;
}

/// The one of `names` that begins so, as a bit by its place.
std::uint64_t placeIn(const QString& value, std::initializer_list<QStringList> names)
{
    const QString wanted =
        value.trimmed().toLower().remove(QLatin1Char(' ')).remove(QLatin1Char('-'));
    std::uint64_t bit = 1;
    for (const QStringList& some : names) {
        for (const QString& name : some) {
            if (!wanted.isEmpty() && name.startsWith(wanted))
                return bit;
        }
        bit <<= 1;
    }
    return 0;
}

std::uint64_t choicesIn(PieceFact fact, const QString& value)
{
    switch (fact) {
    case PieceFact::Key:
        return keysIn(value);
    case PieceFact::Problem:
        return problemsIn(value);
    case PieceFact::Read:
        return placeIn(value, {{QStringLiteral("asis")},
                               {QStringLiteral("withnotes"), QStringLiteral("notes")}});
    case PieceFact::Use:
        return placeIn(value, {{QStringLiteral("training")},
                               {QStringLiteral("validation")},
                               {QStringLiteral("test")},
                               {QStringLiteral("no"), QStringLiteral("none")}});
    default:
        return 0;
    }
}

QString written(const Token& token)
{
    return token.name + token.sign + token.value;
}

/// What a value of this fact may be.
QString allowedValues(PieceFact fact)
{
    switch (fact) {
    case PieceFact::Duration:
        return QueryWords::tr("seconds or minutes:seconds, as in duration>1:30");
    case PieceFact::Lowest:
    case PieceFact::Highest:
        return QueryWords::tr("a pitch or its MIDI number, as in lowest>=C4 or lowest>=60");
    case PieceFact::Range:
        return QueryWords::tr("semitones or two pitches, as in range<=24 or range:D4-G5");
    case PieceFact::Velocity:
        return QueryWords::tr("a number or two velocities, as in velocity>0 or velocity:40-100");
    case PieceFact::Key:
        return QueryWords::tr("a key, major, minor or none, as in key=Gm or key:\"B♭ major\"");
    case PieceFact::Meter:
        return QueryWords::tr("a meter, as in meter=6/8");
    case PieceFact::Problem:
        return QueryWords::tr(
            "the name of a problem or none, as in problem:overlap or problem:tempos");
    case PieceFact::Read:
        return QueryWords::tr("“as is” or “notes”, as in read:notes");
    case PieceFact::Use:
        return QueryWords::tr("training, validation, test or no, as in use:training");
    case PieceFact::Title:
    case PieceFact::Composer:
    case PieceFact::Folder:
    case PieceFact::Path:
    case PieceFact::Name:
        return QueryWords::tr("words, as in title:\"the reel\"");
    default:
        return QueryWords::tr("a number, as in %1").arg(wordsOf(fact).example);
    }
}

/// Fills in the value; a complaint where there is none to be had.
QString understand(const Token& token, PieceFact fact, PieceTerm& term)
{
    const QString complaint = token.value.trimmed().isEmpty()
                                  ? QueryWords::tr("“%1” lacks its value. It takes %2.")
                                        .arg(token.name + token.sign, allowedValues(fact))
                                  : QueryWords::tr("“%1” is not understood. “%2” takes %3.")
                                        .arg(written(token), token.name, allowedValues(fact));
    term.fact = fact;
    term.test = testOf(token.sign);
    const bool isEquality = term.test == Test::Equal || term.test == Test::Unequal;
    const FactKind kind = kindOf(fact);
    if (token.value.trimmed().isEmpty())
        return complaint;
    if (kind != FactKind::Number && !isEquality)
        return QueryWords::tr("“%1” cannot be greater or less. It takes = or !=, as in %2.")
            .arg(token.name, wordsOf(fact).example);
    if (kind == FactKind::Text) {
        term.kind = Kind::Text;
        term.isWhole = token.sign != QLatin1String(":");
        term.text = token.value.trimmed().toLower().toStdString();
        return {};
    }
    if (kind == FactKind::Choice) {
        term.kind = Kind::Choice;
        if (fact == PieceFact::Meter) {
            const std::optional<Meter> meter = meterIn(token.value);
            term.meter = meter.value_or(Meter{});
            return meter ? QString() : complaint;
        }
        term.choices = choicesIn(fact, token.value);
        return term.choices != 0 ? QString() : complaint;
    }
    term.kind = Kind::Number;
    const auto toInt = [](const QString& text) {
        const auto value = parseInteger(text.trimmed().toStdString());
        return value && *value >= 0 && *value <= 127 ? std::optional<int>(static_cast<int>(*value))
                                                     : std::nullopt;
    };
    if (fact == PieceFact::Range || fact == PieceFact::Velocity) {
        const auto span =
            fact == PieceFact::Range ? spanIn(token.value, pitchIn) : spanIn(token.value, toInt);
        if (span && isEquality) {
            term.kind = Kind::Between;
            term.number = span->first;
            term.upper = span->second;
            return {};
        }
    }
    std::optional<Number> number;
    if (fact == PieceFact::Duration) {
        number = secondsIn(token.value);
    } else if (fact == PieceFact::Lowest || fact == PieceFact::Highest) {
        if (const std::optional<int> pitch = pitchIn(token.value))
            number = Number{static_cast<double>(*pitch), 0.5};
    } else {
        QString value = token.value.trimmed();
        if (fact == PieceFact::OffGrid && value.endsWith(QLatin1Char('%')))
            value.chop(1);
        number = numberIn(value);
    }
    if (!number)
        return complaint;
    term.number = number->value;
    term.tolerance = number->tolerance;
    return {};
}

QString unknownFact(const Token& token)
{
    std::vector<std::string> names;
    QStringList told;
    for (const PieceFactWords& words : pieceFactWords()) {
        names.push_back(words.name.toStdString());
        told << words.name;
    }
    const std::optional<std::string> near = nearestWord(token.name.toStdString(), names);
    if (near)
        return QueryWords::tr(
                   "“%1” is no fact; did you mean “%2”? Put words with a sign in quotes.")
            .arg(token.name, QString::fromStdString(*near));
    return QueryWords::tr("“%1” is no fact. There are: %2. Put words with a sign in quotes.")
        .arg(token.name, told.join(QStringLiteral(", ")));
}

bool compares(double value, const PieceTerm& term)
{
    switch (term.test) {
    case Test::Equal:
        return std::abs(value - term.number) < term.tolerance;
    case Test::Unequal:
        return std::abs(value - term.number) >= term.tolerance;
    case Test::Less:
        return value < term.number;
    case Test::AtMost:
        return value <= term.number;
    case Test::Greater:
        return value > term.number;
    case Test::AtLeast:
        break;
    }
    return value >= term.number;
}

bool holds(const PieceTerm& term, const PieceRow& row, std::size_t familySize)
{
    const bool isUnequal = term.test == Test::Unequal;
    switch (term.kind) {
    case Kind::Words:
        return row.searchText.find(term.text) != std::string::npos;
    case Kind::Number: {
        const std::optional<double> value = numberOf(row, term.fact, familySize);
        return value ? compares(*value, term) : isUnequal;
    }
    case Kind::Between: {
        const bool isPitch = term.fact == PieceFact::Range;
        const double low = isPitch ? row.lowest : row.lowestVelocity;
        const double high = isPitch ? row.highest : row.highestVelocity;
        return (low >= 0 && low >= term.number && high <= term.upper) != isUnequal;
    }
    case Kind::Text:
        return holdsText(row, term.fact, term.text, term.isWhole) != isUnequal;
    case Kind::Choice:
        break;
    }
    if (term.fact == PieceFact::Meter)
        return (row.meter == term.meter) != isUnequal;
    return ((choiceOf(row, term.fact) & term.choices) != 0) != isUnequal;
}

std::set<PieceFact> factsOf(const PieceQuery& query)
{
    std::set<PieceFact> facts;
    for (const PieceTerm& term : query.terms) {
        if (term.kind != Kind::Words && !term.isNegated)
            facts.insert(term.fact);
    }
    return facts;
}

} // namespace

bool PieceQuery::asksForFamilySize() const
{
    return std::ranges::any_of(terms, [](const PieceTerm& term) {
        return term.kind == Kind::Number && term.fact == PieceFact::FamilySize;
    });
}

PieceQuery parsePieceQuery(const QString& search)
{
    PieceQuery query;
    for (const Token& token : Cutter(search).cut()) {
        PieceTerm term;
        term.isNegated = token.isNegated;
        term.start = token.start;
        term.length = token.length;
        if (token.name.isEmpty()) {
            term.text = token.value.toLower().toStdString();
            if (!term.text.empty())
                query.terms.push_back(std::move(term));
            continue;
        }
        const std::optional<PieceFact> fact = factNamed(token.name);
        const QString complaint = fact ? understand(token, *fact, term) : unknownFact(token);
        if (complaint.isEmpty())
            query.terms.push_back(std::move(term));
        else
            query.complaints << complaint;
    }
    return query;
}

bool matches(const PieceQuery& query, const PieceRow& row, std::size_t familySize)
{
    return std::ranges::all_of(query.terms, [&](const PieceTerm& term) {
        return holds(term, row, familySize) != term.isNegated;
    });
}

QString withTerm(const QString& search, const QString& term)
{
    const PieceQuery before = parsePieceQuery(search);
    const std::set<PieceFact> facts = factsOf(parsePieceQuery(term));
    QString rest = search;
    QStringList taken;
    for (auto each = before.terms.rbegin(); each != before.terms.rend(); ++each) {
        if (each->kind == Kind::Words || each->isNegated || !facts.contains(each->fact))
            continue;
        taken.prepend(search.mid(each->start, each->length));
        rest.remove(each->start, each->length);
    }
    rest = rest.simplified();
    if (taken.join(QLatin1Char(' ')) == term)
        return rest;
    return rest.isEmpty() ? term : rest + QLatin1Char(' ') + term;
}

QString keyTerm(Key key)
{
    return QStringLiteral("key=\"%1\"").arg(QString::fromStdString(keyName(key)));
}

} // namespace continuo::ui
