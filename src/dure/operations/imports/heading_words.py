"""Words that other people's lists have for our columns, the surest first, in languages that many lists are kept in.

They stand here as :func:`plain` leaves a heading: in small letters, without accents, joined by underscores.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from dure.operations.imports.headings import normal

_ENGLISH: Final = {
    "id": "no nr number key",
    "given_name": "first_name firstname forename name full_name",
    "birth_year": "year_of_birth born birthday birth_date date_of_birth dob",
    "town": "where_do_you_live where_they_live live_in neighbourhood city place area where venue home home_town "
    "lives_in location",
    "email": "e_mail mail email_address",
    "phone": "mobile telephone tel tel_no cell phone_number contact_number",
    "languages": "speaks",
    "skills": "skills skill can_do qualifications",
    "travel_limit_km": "travel distance travel_km",
    "consent": "agreed agrees consent_to_be_registered gdpr_consent",
    "messages": "consent_to_contact can_we_contact may_we_contact newsletter may_write",
    "guardian_email": "parent_email guardian",
    "free_from": "available_from from",
    "free_to": "available_to to until",
    "cover": "insurance insured",
    "briefing": "briefed training",
    "team": "group_name crew",
    "title": "task shift activity role work job what",
    "day": "date",
    "starts": "start starts_at start_time begin from",
    "ends": "end ends_at end_time finish to until",
    "seats": "how_many number_needed people needed head_count headcount volunteers",
    "tier": "priority urgency how_urgent",
    "cause": "category kind_of_work type",
    "bring": "take_along equipment",
    "min_age": "age minimum_age",
    "quantity": "amount output hours",
    "indicator": "counted measure",
    "unit": "units",
    "note": "remark notes comment",
    "country": "country_code iso nation",
    "region": "county province state admin1 district_of city",
    "code": "id place_id place_code",
    "name": "neighbourhood ward village district settlement town place city municipality",
    "name_local": "local_name native_name",
    "lat": "latitude y north",
    "lon": "lng long longitude x east",
    "population": "pop inhabitants residents",
}
_KOREAN: Final = {
    "id": "번호 아이디 연번",
    "given_name": "이름 성명 성함",
    "birth_year": "출생연도 생년 생년월일",
    "town": "도시 시군 지역 거주지 사는_곳 장소",
    "email": "이메일 메일 전자우편",
    "phone": "전화 전화번호 휴대폰 휴대전화 연락처 핸드폰",
    "languages": "구사_언어 언어",
    "skills": "기술 자격 자격증",
    "travel_limit_km": "이동_거리 거리",
    "consent": "동의 개인정보_동의 개인정보_수집_동의",
    "messages": "연락_동의 수신_동의",
    "guardian_email": "보호자 보호자_이메일",
    "free_from": "가능_시작",
    "free_to": "가능_끝",
    "cover": "보험",
    "briefing": "안전_교육 안전교육 교육",
    "team": "팀 조 모둠",
    "title": "할_일 작업 일 업무",
    "day": "날짜 일자 일시",
    "starts": "시작 시작_시간 시작시간",
    "ends": "끝 종료 종료_시간 종료시간",
    "seats": "인원 필요_인원 필요인원 사람_수",
    "tier": "우선순위 중요도",
    "cause": "분류 종류 분야",
    "bring": "준비물 가져올_것",
    "min_age": "최소_나이",
    "quantity": "수량 양 시간",
    "indicator": "지표",
    "unit": "단위",
    "note": "비고 메모",
    "country": "국가 나라",
    "region": "시도 광역 도",
    "code": "코드 번호",
    "name": "지명 이름 읍면동",
    "name_local": "한글명 현지_이름",
    "lat": "위도",
    "lon": "경도",
    "population": "인구 인구수",
}
_PORTUGUESE: Final = {
    "id": "numero n",
    "given_name": "nome primeiro_nome nome_proprio nome_completo",
    "birth_year": "ano_de_nascimento data_de_nascimento nascimento",
    "town": "localidade cidade freguesia concelho municipio morada onde_vive local",
    "email": "correio_eletronico correio",
    "phone": "telemovel telefone celular contacto contato",
    "languages": "linguas idiomas",
    "skills": "competencias habilidades qualificacoes",
    "travel_limit_km": "distancia deslocacao",
    "consent": "consentimento autoriza_registo",
    "messages": "autoriza_contacto aceita_mensagens",
    "guardian_email": "encarregado_de_educacao e_mail_do_encarregado",
    "free_from": "disponivel_de disponivel_desde livre_de livre_desde desde",
    "free_to": "disponivel_ate livre_ate ate",
    "cover": "seguro apolice",
    "briefing": "formacao instrucao",
    "team": "equipa equipe grupo",
    "title": "tarefa atividade trabalho",
    "day": "data dia",
    "starts": "inicio hora_de_inicio",
    "ends": "fim hora_de_fim termo",
    "seats": "numero_de_pessoas n_de_pessoas pessoas vagas voluntarios",
    "tier": "prioridade urgencia",
    "cause": "tipo_de_trabalho tipo categoria area_de_trabalho",
    "bring": "o_que_levar levar material",
    "min_age": "idade_minima",
    "quantity": "quantidade horas",
    "unit": "unidade",
    "note": "observacoes notas",
    "country": "pais",
    "region": "distrito regiao concelho",
    "code": "codigo",
    "name": "localidade freguesia lugar nome",
    "population": "populacao habitantes",
}
_SPANISH: Final = {
    "id": "numero",
    "given_name": "nombre nombre_de_pila nombre_completo",
    "birth_year": "ano_de_nacimiento fecha_de_nacimiento nacimiento",
    "town": "localidad ciudad municipio pueblo lugar domicilio",
    "email": "correo_electronico correo",
    "phone": "movil telefono celular",
    "languages": "idiomas lenguas",
    "skills": "habilidades competencias conocimientos",
    "travel_limit_km": "distancia",
    "consent": "consentimiento",
    "messages": "acepta_mensajes",
    "free_from": "disponible_desde libre_desde desde",
    "free_to": "disponible_hasta libre_hasta hasta",
    "cover": "seguro poliza",
    "briefing": "formacion capacitacion",
    "team": "equipo grupo",
    "title": "tarea actividad trabajo",
    "day": "fecha dia",
    "starts": "inicio hora_de_inicio",
    "ends": "fin hora_de_fin",
    "seats": "numero_de_personas personas plazas voluntarios",
    "tier": "prioridad urgencia",
    "cause": "tipo_de_trabajo tipo categoria",
    "bring": "que_llevar llevar",
    "quantity": "cantidad horas",
    "unit": "unidad",
    "note": "observaciones notas",
    "country": "pais",
    "region": "provincia region",
    "code": "codigo",
    "name": "localidad pueblo nombre",
    "population": "poblacion habitantes",
}
_LANGUAGES: Final = (_ENGLISH, _KOREAN, _PORTUGUESE, _SPANISH)
# Headings about somebody else, or about the other half of a name.
OF_OTHERS: Final = frozenset(
    {
        *(
            "emergency",
            "kin",
            "parent",
            "guardian",
            "carer",
            "partner",
            "last",
            "family",
            "user",
            "organisation",
        ),
        *("emergencia", "encarregado", "apelido", "familia", "organizacao"),
        *("familiar", "apellido", "apellidos", "organizacion"),
    }
)
FULL_NAMES: Final = frozenset(
    {
        *("full_name", "fullname", "name_and_surname", "first_and_last_name"),
        *("nome_completo", "nome_e_apelido", "nombre_completo", "nombre_y_apellidos"),
    }
)


def _words() -> dict[str, tuple[str, ...]]:
    names = {name for language in _LANGUAGES for name in language}
    return {
        name: tuple(dict.fromkeys(" ".join(one.get(name, "") for one in _LANGUAGES).split()))
        for name in names
    }


WORDS: Final[Mapping[str, tuple[str, ...]]] = _words()


def without_accents(text: str) -> str:
    """Latin letters without their accents; others, such as Hangul, as they are.

    >>> without_accents("Águeda 수원")
    'Agueda 수원'
    """
    apart = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(one for one in apart if not unicodedata.combining(one)))


def plain(heading: str) -> str:
    """A heading without what stands in brackets behind it, without its question mark and without accents.

    >>> plain("Autoriza contacto? (S/N)")
    'autoriza_contacto'
    """
    name = without_accents(re.sub(r"\([^)]*\)", " ", heading))
    return re.sub(r"_+", "_", normal(re.sub(r"[^\w]+", " ", name))).strip("_")
