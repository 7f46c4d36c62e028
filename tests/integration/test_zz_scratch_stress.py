import random, threading
import pytest
from sqlmodel import select, col
from portal.db import reading, writing
from portal.errors import PortalError
from portal.family.labels import Label
from portal.models import *
from portal.models import Ask, Grant, ProfileJoin, Account, Patient
from portal.permissions import SIX, Permission
from portal.sharing import asks, answers as ans, block, change, relate
from portal.sharing.relate import Side
from portal.claim.service import undo_join, claim_profile, join_profile, ClaimForm, JoinForm, send_again
from portal.account.not_me import detach
from tests import builders
from tests.claiming import *
from tests.claiming import CALLER, PASSWORD_HASH

def test_stress(database):
    if "postgres" not in database: pytest.skip("pg")
    crashes=[]; counts={}
    with writing() as s:
        builders.add_clinic(s)
        staff=builders.add_staff(s)
    for rnd in range(14):
        rng=random.Random(rnd)
        with writing() as s:
            people=[signed_in(s, builders.add_person(s, n)) for n in ("Ann","Bob","Cy","Dee")]
            profs=[add_profile(s, people[i%2], f"P{i}", email=f"p{i}-{rnd}@f.example") for i in range(3)]
            rels=[builders.relate(s, people[0].me, people[1].me), builders.relate(s, people[1].me, people[2].me), builders.relate(s, people[2].me, people[0].me)]
            for p in profs:
                for q in people:
                    try:
                        with s.begin_nested(): builders.relate(s, p, q.me, Label.FRIEND)
                    except Exception: pass
        toks=[link_to(p) for p in profs]
        forms=[answers(p, Permission.BOOK) for p in profs]
        def op():
            k=rng.randrange(11); a,b=rng.sample(people,2); i=rng.randrange(3); p=profs[i]; perm=rng.choice(SIX)
            target=rng.choice([p,b.me])
            return [("give",lambda s: change.give(s,a,a.me,{b.me:[perm]})),
             ("give2",lambda s: change.give(s,a,a.me,{x:SIX for x in (people[2].me,people[1].me,people[0].me,p) if x!=a.me})),
             ("give_p",lambda s: change.give(s,a,p,{a.me:SIX})),
             ("withdraw",lambda s: change.withdraw(s,a,a.me,b.me,Permission)),
             ("remove",lambda s: relate.remove(s,a,target)),
             ("block",lambda s: block.block(s,a,target)),
             ("ask",lambda s: asks.ask(s,a,asks.AskForm(member_id=b.me,permissions=list(SIX)))),
             ("answer",lambda s: ans.answer(s,a,{x:True for x in s.exec(select(Ask.id).where(Ask.owner_id==a.me,col(Ask.answered_at).is_(None))).all()})),
             ("claim",lambda s: claim_profile(s,ClaimForm(token=toks[i],password="x",answers=forms[i]),password_hash="h",caller=CALLER)),
             ("join",lambda s: join_profile(s,people[3],JoinForm(token=toks[i],answers=forms[i]))),
             ("undo",lambda s: [undo_join(s,staff,x) for x in s.exec(select(ProfileJoin.id).where(col(ProfileJoin.undone_at).is_(None)).limit(1)).all()]),
            ][k]
        plan=[[op() for _ in range(14)] for _ in range(7)]
        bar=threading.Barrier(7)
        def run(ops):
            bar.wait()
            for name,f in ops:
                try:
                    with writing() as s: f(s)
                    r="ok"
                except PortalError as e: r=type(e).__name__
                except Exception as e:
                    r="CRASH"; crashes.append((name, str(e)[:300]))
                counts[(name,r)]=counts.get((name,r),0)+1
        ts=[threading.Thread(target=run,args=[o]) for o in plan]
        [t.start() for t in ts]; [t.join() for t in ts]
        with reading() as s:
            for g in s.exec(select(Grant).where(col(Grant.ended_at).is_(None))).all():
                r=s.get(Relationship,g.relationship_id); assert r.ended_at is None
                from portal.models import Block
                assert not s.get(Block,(g.owner_id,g.holder_id)), "blocked holder holds"
                assert s.get(Patient,g.owner_id).joined_into_id is None and s.get(Patient,g.holder_id).joined_into_id is None
    for k,v in sorted(counts.items()): print(k,v)
    for c in crashes: print(c)
    assert not crashes
