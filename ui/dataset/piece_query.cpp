// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_query.h"

#include "core/base/text.h"
#include "ui/base/words.h"
#include "ui/dataset/histogram_labels.h"
#include "ui/dataset/piece_facts.h"
#include "ui/dataset/query_values.h"

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

QString written(const Token& token)
{
    return token.name + token.sign + token.value;
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
    if (kind == FactKind::Notes) {
        term.kind = Kind::Notes;
        term.kinds = kindsIn(fact, token.value);
        return term.kinds.any() ? QString() : complaint;
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
    if (const auto span = spanIn(fact, token.value); span && isEquality) {
        term.kind = Kind::Between;
        term.number = span->first;
        term.upper = span->second;
        return {};
    }
    const std::optional<QueryNumber> number = numberIn(fact, token.value);
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
    case Kind::Notes:
        return (row.kinds && (kindsOf(*row.kinds, term.fact) & term.kinds).any()) != isUnequal;
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

QString pitchTerm(std::size_t pitch)
{
    return QStringLiteral("pitch:") + pitchInWords(static_cast<int>(pitch));
}

QString pitchClassTerm(std::size_t pitchClass)
{
    return QStringLiteral("pitchclass:") + pitchClassInWords(pitchClass);
}

QString intervalTerm(std::size_t interval)
{
    const int semitones = static_cast<int>(interval) - kWidestInterval;
    return QStringLiteral("interval:%1%2")
        .arg(semitones > 0 ? QStringLiteral("+") : QString())
        .arg(semitones);
}

QString noteValueTerm(std::size_t value)
{
    return QStringLiteral("notevalue:") + noteValueInWords(value);
}

QString onsetTerm(std::size_t onset)
{
    return QStringLiteral("onset:%1").arg(1 + static_cast<double>(onset) / 4);
}

} // namespace continuo::ui
